using Ecny.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

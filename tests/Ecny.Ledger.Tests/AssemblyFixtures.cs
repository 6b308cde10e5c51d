using Ecny.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

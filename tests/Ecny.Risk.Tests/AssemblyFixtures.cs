using Ecny.Risk.Tests.Service;
using Ecny.Testing;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(LawTown))]

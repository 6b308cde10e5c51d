using Ecny.EndToEnd.Tests.City;
using Ecny.Testing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(SharedCity))]

// Whole cities: two at a time would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]

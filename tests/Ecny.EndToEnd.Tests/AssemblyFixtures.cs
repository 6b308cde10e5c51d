using Ecny.Testing;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

// Whole cities: two at a time would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]

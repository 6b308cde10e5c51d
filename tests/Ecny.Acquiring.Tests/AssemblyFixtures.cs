using Ecny.Acquiring.Tests.Hosting;
using Xunit;

[assembly: AssemblyFixture(typeof(SmallCity))]

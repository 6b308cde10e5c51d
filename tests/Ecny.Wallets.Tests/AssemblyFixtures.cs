using Ecny.Wallets.Tests.Hosting;

[assembly: AssemblyFixture(typeof(City))]

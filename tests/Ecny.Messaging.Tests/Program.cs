using Ecny.Messaging.Tests;

return await Victim.Run(args) ? 0 : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);

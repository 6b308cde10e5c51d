return await Ecny.Bench.BenchCommand.Run(args);

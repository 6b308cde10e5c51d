using Ecny.Risk.Hosting;

return await RiskService.Run(args);

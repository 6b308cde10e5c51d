using Ecny.Wallets.Hosting;

return await WalletsService.Run(args);

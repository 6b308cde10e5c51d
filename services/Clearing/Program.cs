using Ecny.Clearing;
using Ecny.ServiceDefaults;

return await EcnyProgram.Run(args, ClearingService.Configure, ClearingService.Map);

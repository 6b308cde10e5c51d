using Ecny.Monitoring;
using Ecny.ServiceDefaults;

return await EcnyProgram.Run(args, MonitoringService.Configure, MonitoringService.Map);

using Ecny.Acquiring;
using Ecny.ServiceDefaults;

return await EcnyProgram.Run(args, Acquiring.Configure, Acquiring.Map);

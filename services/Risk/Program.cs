using Ecny.ServiceDefaults;

return await EcnyProgram.Run(
    args,
    static builder => builder.AddEcnyDefaults("risk"),
    static app => app.UseEcnyDefaults());

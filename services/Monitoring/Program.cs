using Ecny.ServiceDefaults;

return await EcnyProgram.Run(
    args,
    static builder => builder.AddEcnyDefaults("monitoring"),
    static app => app.UseEcnyDefaults());

using Ecny.ServiceDefaults;

return await EcnyProgram.Run(
    args,
    static builder => builder.AddEcnyDefaults("clearing"),
    static app => app.UseEcnyDefaults());

using Ecny.ServiceDefaults;
using Ecny.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Npgsql;

namespace Ecny.Web;

/// <summary>Pages in a service: interactive on the server, everything they need from the service itself.</summary>
public static class EcnyPages
{
    /// <summary>Call after <c>AddEcnyDefaults</c>.</summary>
    public static WebApplicationBuilder AddEcnyPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // Styles and scripts lie beside the program, whatever folder it was started in.
        builder.Environment.WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        builder.Environment.WebRootFileProvider = new PhysicalFileProvider(builder.Environment.WebRootPath);
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddHttpContextAccessor();
        services.AddDataProtection().SetApplicationName("ecny");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new PageKeys(provider.GetRequiredService<NpgsqlDataSource>())));
        ((EcnyOptions)services.Single(service => service.ServiceType == typeof(EcnyOptions)).ImplementationInstance!)
            .Migrate(typeof(EcnyPages).Assembly, "Ecny.Web.Migrations.");
        return builder;
    }

    /// <summary>Maps the pages of <typeparamref name="TRoot"/> and their assets. Call after <c>UseEcnyDefaults</c>. Whoever reaches the service sees them: a page that is not public checks for itself.</summary>
    public static void MapEcnyPages<TRoot>(this WebApplication app)
    {
        app.UseMiddleware<PageSecurity>();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowUnsigned();
        app.MapRazorComponents<TRoot>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = "'none'").AllowUnsigned();
    }
}

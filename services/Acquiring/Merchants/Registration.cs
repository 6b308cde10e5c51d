using System.Text.Json.Serialization.Metadata;
using Ecny.Contracts.Errors;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Merchants;

/// <summary>Answers "register this under my number" in the same way for everything that is registered.</summary>
public static class Registration
{
    /// <param name="http">The request.</param>
    /// <param name="registered">What became of it.</param>
    /// <param name="nameField">The field with the name that the caller chose.</param>
    /// <param name="location">Path of the thing.</param>
    /// <param name="show">The thing as answers show it.</param>
    /// <param name="type">Its JSON.</param>
    public static Task Answer<T, TObject>(HttpContext http, Registered<T> registered, string nameField, Func<T, string> location, Func<T, TObject> show, JsonTypeInfo<TObject> type)
        where T : class
    {
        if (registered.NameTaken) throw new ApiException(ApiCode.ALREADY_EXISTS, nameField);
        if (registered.Thing is null) throw new ApiException(ApiCode.REQUEST_NO_REUSED, "requestNo");
        if (registered.Replayed) http.MarkReplayed();
        return http.WriteCreated(location(registered.Thing), show(registered.Thing), type);
    }
}

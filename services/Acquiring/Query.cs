using Ecny.ServiceDefaults;

namespace Ecny.Acquiring;

/// <summary>Query parameters of "find by number".</summary>
public static class Query
{
    /// <summary>A number that must be there: 1–64 of [A-Za-z0-9_-].</summary>
    public static string Number(HttpContext http, string name)
    {
        var value = Page.Query(http, name);
        Field.Check(Field.RequestNo(name, value));
        return value!;
    }
}

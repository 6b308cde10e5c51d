namespace Ecny.Acquiring.Merchants;

/// <summary>
/// What became of "register this under my number": the thing as it is stored now, and whether the number was known. Null thing: the number is
/// known with other content, or, where <see cref="NameTaken"/>, the name that the caller chose belongs to something else.
/// </summary>
public readonly record struct Registered<T>(T? Thing, bool Replayed, bool NameTaken) where T : class;

/// <summary>The four ways a registration can end.</summary>
public static class Registered
{
    public static Registered<T> Created<T>(T thing) where T : class => new(thing, Replayed: false, NameTaken: false);

    public static Registered<T> Known<T>(T thing) where T : class => new(thing, Replayed: true, NameTaken: false);

    public static Registered<T> Reused<T>() where T : class => new(null, Replayed: false, NameTaken: false);

    public static Registered<T> Taken<T>() where T : class => new(null, Replayed: false, NameTaken: true);
}

namespace Ecny.Local;

/// <summary>
/// Something on this machine is not as it has to be. The message is one sentence for the person at the terminal: what is wrong and
/// what to do about it. It is shown without a stack trace.
/// </summary>
public sealed class LocalException : Exception
{
    /// <summary>Creates the exception with its sentence.</summary>
    public LocalException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and its cause.</summary>
    public LocalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates an exception that says nothing; use another constructor.</summary>
    public LocalException()
    {
    }
}

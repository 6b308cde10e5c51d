namespace Ecny.Web.States;

/// <summary>How something is. Shown as a word and a shape as well as a colour.</summary>
public enum Condition
{
    /// <summary>Not known yet.</summary>
    Unknown,
    Good,
    Warning,
    Critical,
}

namespace Ecny.Web.Preferences;

/// <summary>Who reads the page: the language of every word and number on it. Cascaded to all components.</summary>
public sealed class Reader(Language language)
{
    public Language Language { get; private set; } = language;

    /// <summary>After the language was changed.</summary>
    public event Action? Changed;

    /// <summary>The words in the reader's language; both stand side by side where they are used, so that none can be missing.</summary>
    public string Say(string zh, string en) => Language == Language.Chinese ? zh : en;

    public void Switch(Language language)
    {
        if (language == Language) return;
        Language = language;
        Changed?.Invoke();
    }
}

namespace Ecny.Risk.Engine.Catalogue;

/// <summary>A catalogue that cannot be used: one sentence for each error.</summary>
public sealed class CatalogueException(IReadOnlyList<string> errors) : Exception("The rule catalogue is not valid. " + string.Join(' ', errors))
{
    public IReadOnlyList<string> Errors => errors;
}

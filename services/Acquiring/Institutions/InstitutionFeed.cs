using Ecny.Contracts.Institutions;
using Ecny.ServiceDefaults;

namespace Ecny.Acquiring.Institutions;

/// <summary>Keeps this process's directory at the head of the table: pulled after every change made here and every second for those of other replicas.</summary>
public sealed class InstitutionFeed(InstitutionStore store, InstitutionDirectory directory)
{
    private const int Page = 200;

    public async Task Pull(CancellationToken cancel)
    {
        InstitutionChanges page;
        do
        {
            page = await store.Changes(directory.LastSequence, Page, cancel);
            directory.Apply(page.Items);
        }
        while (page.Items.Count == Page);
    }
}

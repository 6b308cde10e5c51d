using Ecny.Local;
using Ecny.Local.Detect;
using Ecny.Risk.Engine.Catalogue;

namespace Ecny.Risk.Tests.Detect;

public sealed class Metrics : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ecny-detect").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void recall_precision_and_f1_by_transaction_and_patterns_by_half()
    {
        LabelledTransaction[] rows =
        [
            new(true, "a", "cycle"), new(true, "a", "cycle"), new(true, "b", "cycle"), new(true, "b", "cycle"), new(true, "b", "cycle"), new(true, "c", "fan_in"),
            new(false, "", ""), new(false, "", ""), new(false, "", ""), new(false, "", ""),
        ];
        bool[] named = [true, false, true, false, false, true, true, false, false, false];
        bool[] first = [true, true, true, true, true, false, true, true, true, false];
        var score = DetectionScore.Of(rows, named, first);
        Assert.Equal((0.5, 0.75), (score.Engine.Recall, score.Engine.Precision));
        Assert.Equal(0.6, score.Engine.F1, 1e-12);
        Assert.Equal((5 / 6.0, 5 / 8.0), (score.Baseline.Recall, score.Baseline.Precision));
        // Pattern a: one of two is half; pattern b: one of three is not.
        Assert.Equal(new PatternQuality(1, 2, 2, 5), score.Patterns["cycle"]);
        Assert.Equal(new PatternQuality(1, 1, 1, 1), score.Patterns["fan_in"]);
    }

    [Fact]
    public void nothing_named_and_nothing_to_find_are_zero()
    {
        var score = DetectionScore.Of([new(false, "", "")], [false], [false]);
        Assert.Equal((0.0, 0.0, 0.0), (score.Engine.Recall, score.Engine.Precision, score.Engine.F1));
    }

    [Fact]
    public void a_hand_made_file_gives_the_figures_worked_out_by_hand()
    {
        // A cycle of three within a day; an ordinary payment; three bad lines; income from the outside world.
        var file = Write("""
            tx_id,time,from_account,to_account,amount_fen,kind,is_laundering,pattern_id,pattern_type
            1,2026-03-01T00:00:00Z,OUT,a,100000,income,0,,
            2,2026-03-01T01:00:00Z,a,b,100000,transfer,1,L1,cycle
            3,2026-03-01T02:00:00Z,b,c,95000,transfer,1,L1,cycle
            4,2026-03-01T03:00:00Z,a,d,500,transfer,0,,
            5,yesterday,a,b,100,transfer,0,,
            6,2026-03-01T03:30:00Z,a,b,-5,transfer,0,,
            7,2026-03-01T03:40:00Z,a,nobody,5,transfer,0,,
            8,2026-03-01T04:00:00Z,c,a,90000,transfer,1,L1,cycle
            9,2026-03-02T04:00:00Z,a,b,90000,transfer,0,,
            """);
        var detection = new DetectRun(file, RuleCatalogue.Default.Only(["R10"]), _ => { }).Run();
        Assert.Equal<long>([6, 7, 8], detection.Bad.Select(line => line.Line));
        Assert.Equal(6, detection.Rows);
        Assert.Equal((1.0, 1.0, 1.0), (detection.Score.Engine.Recall, detection.Score.Engine.Precision, detection.Score.Engine.F1));
        Assert.Equal((1.0, 0.75), (detection.Score.Baseline.Recall, detection.Score.Baseline.Precision));
        Assert.Equal(new PatternQuality(1, 1, 3, 3), detection.Score.Patterns["cycle"]);
    }

    [Fact]
    public void ground_truth_changes_no_alert()
    {
        var text = """
            tx_id,time,from_account,to_account,amount_fen,kind,is_laundering,pattern_id,pattern_type
            1,2026-03-01T01:00:00Z,a,b,100000,transfer,1,L1,cycle
            2,2026-03-01T02:00:00Z,b,c,95000,transfer,1,L1,cycle
            3,2026-03-01T04:00:00Z,c,a,90000,transfer,1,L1,cycle
            """;
        var labelled = new DetectRun(Write(text), RuleCatalogue.Default, _ => { }).Run();
        var unlabelled = new DetectRun(Write(text.Replace("1,L1,cycle", "0,,", StringComparison.Ordinal)), RuleCatalogue.Default, _ => { }).Run();
        Assert.NotEmpty(labelled.Alerts);
        Assert.Equal(Printed.Of(labelled.Alerts), Printed.Of(unlabelled.Alerts));
        Assert.Equal(0, unlabelled.Score.Engine.Precision);
    }

    [Fact]
    public void a_file_without_labels_is_refused_by_name() =>
        Assert.Contains("is_laundering", Assert.Throws<LocalException>(() => new DetectRun(Write("time,from_account,to_account,amount_fen\n"), RuleCatalogue.Default, _ => { }).Run()).Message, StringComparison.Ordinal);

    private string Write(string transactions)
    {
        var file = Path.Combine(_folder, "transactions.csv");
        File.WriteAllText(file, transactions);
        File.WriteAllText(Path.Combine(_folder, "accounts.csv"), "account,type,initial_balance_fen\na,customer,0\nb,customer,0\nc,customer,0\nd,customer,0\nOUT,external,\n");
        return file;
    }
}

namespace Ecny.Local.City;

/// <summary>The log files of a city's processes.</summary>
internal static class LogFiles
{
    private const int Kept = 3;

    /// <summary>Moves the log of the run before out of the way: x.log becomes x.log.1, and so on.</summary>
    public static void Rotate(string file)
    {
        for (int age = Kept; age >= 1; age--)
        {
            string newer = age == 1 ? file : $"{file}.{age - 1}";
            if (File.Exists(newer))
            {
                File.Move(newer, $"{file}.{age}", overwrite: true);
            }
        }

        PrivateFile.Write(file, "");
    }

    /// <summary>The last lines that say something, on one line.</summary>
    public static string LastWords(string file) =>
        File.Exists(file)
            ? string.Join(" / ", File.ReadLines(file).Where(line => !string.IsNullOrWhiteSpace(line) && !line.StartsWith("   at ", StringComparison.Ordinal)).TakeLast(3))
            : "it wrote nothing.";
}

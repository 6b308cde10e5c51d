using Ecny.Contracts.Errors;
using Ecny.Contracts.Institutions;
using Ecny.Risk.Engine.Catalogue;
using Ecny.Risk.Hosting;
using Ecny.ServiceDefaults;

namespace Ecny.Risk.Alerts;

/// <summary>
/// The two tracks are kept apart: public security reads fraud, the regulator reads anti-money-laundering, each without a trace of the other. The platform's own
/// operation may read either, one at a time and by name.
/// </summary>
internal static class Tracks
{
    public static bool MayRead(Caller caller, RiskTrack track) => caller.Has(Role.Platform) || caller.Has(track == RiskTrack.Fraud ? Role.PublicSecurity : Role.Regulator);

    /// <summary>The track that a list is read of: the parameter <c>track</c>, or the only one the caller may read.</summary>
    /// <exception cref="ApiException">NOT_PERMITTED for the other track; INVALID_FIELD when it must be named.</exception>
    public static RiskTrack Asked(HttpContext http)
    {
        var caller = http.Caller();
        if (Page.Query(http, "track") is { } word)
        {
            Field.Check(Field.OneOf("track", word, RiskWords.Tracks));
            var track = word == "FRAUD" ? RiskTrack.Fraud : RiskTrack.Aml;
            return MayRead(caller, track) ? track : throw new ApiException(ApiCode.NOT_PERMITTED);
        }
        var (fraud, aml) = (MayRead(caller, RiskTrack.Fraud), MayRead(caller, RiskTrack.Aml));
        return fraud != aml ? fraud ? RiskTrack.Fraud : RiskTrack.Aml : throw new ApiException([Field.Wrong("track", "必须指明 FRAUD 或 AML", "must be FRAUD or AML: the tracks are read one at a time")]);
    }
}

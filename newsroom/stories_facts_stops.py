"""Words that stand in capitals and are not names: what opens a sentence, roles, institutions."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


OPENERS = _set(
    """
a an the this that these those it its he his him she her they their them we our us i my you your
who what when where which why how if in on at as to of for from by with without within into over
under after before during since until while although though because despite amid among about above
across against along around behind below beneath beside besides between beyond down except inside
near off onto out outside past per through throughout toward towards upon via like unlike regarding
and but or nor so yet also however meanwhile moreover furthermore therefore thus hence instead
otherwise earlier later now then here there today tomorrow yesterday tonight recently currently
previously once twice again already still even just only both either neither each every all any
some most many much more less few fewer several other others another such same no not never none
one two three four five six seven eight nine ten eleven twelve dozens hundreds thousands millions
first second third last next according given asked speaking citing based compared following
including starting since some sources officials analysts experts critics observers police
prosecutors investigators authorities lawmakers government people nearly almost roughly
approximately around overall additionally separately specifically particularly especially
especially notably finally eventually initially originally reportedly allegedly apparently
as is are was were be been being do does did has have had can could will would shall should may
might must let please yes well oh okay whether whose whom nothing something everything anyone
everyone nobody somebody exports imports shares stocks sales prices data results photo related
"""
)

DAYS = _set(
    """
monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec
mon tue tues wed thu thurs fri sat sun spring summer autumn winter christmas easter
"""
)
"""Days and months are capitals anywhere."""

ROLES = _set(
    """
mr mrs ms miss dr prof professor president vice prime minister ministers premier chancellor
chairman chairwoman chairperson chief chair ceo cfo coo director deputy assistant secretary
ambassador envoy governor mayor senator sen representative rep lawmaker leader spokesman
spokeswoman spokesperson general gen lieutenant lt colonel col major maj captain capt commander
cmdr admiral adm sergeant sgt private officer king queen prince princess emperor pope sir lord
lady judge justice prosecutor attorney commissioner superintendent coach manager reporter editor
former first acting incoming outgoing senior special interim executive managing supreme
"""
)

GENERIC = _set(
    """
ministry ministries office department departments agency agencies bureau board council committee
subcommittee commission commissions congress parliament assembly senate house cabinet court courts
prosecution party parties government administration authority authorities embassy consulate
headquarters command center centre institute institution association federation foundation
organization organisation union university college school hospital company corp corporation co inc
ltd group holdings bank army navy force forces air military defense defence foreign affairs
unification national international federal state public central local general joint chiefs staff
security intelligence service services trade industry energy economy economic finance financial
strategy planning health welfare labor labour employment education science technology culture
sports tourism environment land infrastructure transport maritime oceans fisheries agriculture food
rural justice interior safety police fire coast guard customs immigration statistics supreme
constitutional district high appellate presidential democratic republican liberal conservative
people peoples republic peninsula republics blue white world summit conference forum meeting day
year week month news agency press internet web times street road avenue airport station bridge river
mount mountain island islands sea ocean bay gulf province provincial city county metropolitan
north south east west northern southern eastern western northeast northwest southeast southwest
yonhap reuters xinhua kyodo newsis bloomberg tass
asia asian european eu un god bible english korean democracy celsius fahrenheit
resolution elections counsel adviser
administrator act law code bill treaty agreement
"""
)
"""Words of institutions and places that any state has."""

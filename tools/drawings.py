"""What each drawing of docs/network.md shows: layer, part of the map, words, and the nodes to name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawing:
    """One picture: which links, what part of the map, words, and the nodes to name, most important first."""

    name: str
    layers: tuple[str, ...]
    box: Box
    title: str
    subtitle: str
    labels: tuple[str, ...]
    by_capacity: bool = False
    by_family: bool = False
    sizes: tuple[float, ...] = ()
    unit: str = ""
    hidden: tuple[str, ...] = ()
    """States not to name, where they would crowd the nodes."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Names of lines by link, written at the middle of the link."""


EURASIA = (6.0, 23.6, 126.0, 63.6)
CASPIAN = (36.0, 36.6, 55.6, 45.3)

CITIES = (
    "RU_MOSCOW", "KZ_ASTANA", "KZ_ALMATY", "UZ_TASHKENT", "TR_ISTANBUL", "IR_TEHRAN", "AZ_BAKU", "GE_TBILISI",
    "AM_YEREVAN", "KG_BISHKEK", "TJ_DUSHANBE", "TM_ASHGABAT", "CN_XIAN", "CN_URUMQI", "TR_ANKARA", "AF_KABUL",
)  # fmt: skip
TOWNS = (
    "KZ_AKTAU", "AZ_ALAT", "GE_POTI", "TM_TURKMENBASHI", "RO_CONSTANTA", "TR_MERSIN", "IR_BANDARABBAS", "PK_KARACHI",
    "IR_CHABAHAR", "RU_NOVOROSSIYSK", "RU_ASTRAKHAN", "KZ_DOSTYK", "KZ_ALTYNKOL", "CN_KASHGAR", "HU_BUDAPEST",
    "BY_BREST", "RU_YEKATERINBURG", "RU_SAMARA", "RU_OMSK", "RU_NOVOSIBIRSK", "CN_ERENHOT", "MN_ULAANBAATAR",
    "KZ_AKTOBE", "KZ_ATYRAU", "KZ_SHALKAR", "KZ_MOYINTY", "KZ_ZHEZKAZGAN", "KZ_BEYNEU", "UZ_BUKHARA", "UZ_TERMEZ",
    "TM_MARY", "IR_SARAKHS", "IR_INCHEBORUN", "AF_HERAT", "AF_KANDAHAR", "PK_PESHAWAR", "KZ_SARYAGASH", "TR_ERZURUM",
    "IR_TABRIZ", "KZ_SEMEY", "KZ_PETROPAVL", "RU_ROSTOV", "KG_OSH", "TR_SIVAS", "BG_SVILENGRAD", "IR_RASHT",
    "TRNC_FAMAGUSTA", "NL_ROTTERDAM", "DE_DUISBURG", "RU_STPETERSBURG", "CN_MANZHOULI", "RU_ULANUDE", "CN_BEIJING",
    "KZ_PAVLODAR", "KZ_URALSK",
)  # fmt: skip
FREIGHT = CITIES + TOWNS
FREIGHT_CLOSE = (
    "AZ_BAKU", "GE_TBILISI", "AM_YEREVAN", "AZ_NAKHCHIVAN", "IR_TABRIZ", "TR_ERZURUM", "TR_KARS", "RU_MAKHACHKALA",
    "KZ_AKTAU", "KZ_KURYK", "AZ_ALAT", "TM_TURKMENBASHI", "GE_POTI", "GE_BATUMI", "GE_ANAKLIA", "IR_ANZALI",
    "IR_AMIRABAD", "IR_RASHT", "AZ_ASTARA", "AZ_HORADIZ", "AZ_AGHBAND", "AM_MEGHRI", "AZ_ORDUBAD", "AZ_JULFA",
    "TR_IGDIR", "AM_GYUMRI", "AM_MARGARA", "AM_YERASKH", "AM_IJEVAN", "GE_AKHALKALAKI", "AZ_BOYUKKESIK",
    "RU_UPPER_LARS", "RU_VLADIKAVKAZ", "RU_SAMUR", "AZ_YALAMA", "TR_VAN", "IR_RAZI", "IR_BAZARGAN", "AZ_BILASUVAR",
    "AM_AYRUM", "TR_SARP", "KZ_UZEN", "TM_BEREKET", "KZ_BOLASHAK", "RU_NOVOROSSIYSK", "TR_SIVAS", "IR_NORDUZ",
    "GE_AKHALTSIKHE", "AZ_GAZAKH", "TR_DOGUKAPI", "AZ_SADARAK", "TR_DILUCU", "GE_GARDABANI", "GE_SADAKHLO",
    "TR_TATVAN", "TM_ETREK", "IR_INCHEBORUN", "IR_TEHRAN", "RU_ASTRAKHAN", "RU_PORT_KAVKAZ", "KZ_ATYRAU",
    "KZ_MANGYSTAU",
)  # fmt: skip
OIL = (
    "KZ_TENGIZ", "KZ_KASHAGAN", "KZ_KARACHAGANAK", "KZ_ATYRAU", "RU_CPC_TERMINAL", "RU_NOVOROSSIYSK", "RU_SAMARA",
    "AZ_SANGACHAL", "TR_CEYHAN", "GE_SUPSA", "GE_BATUMI", "KZ_AKTAU", "TM_TURKMENBASHI", "RU_MAKHACHKALA", "IR_NEKA",
    "IR_KHARG", "CN_ALASHANKOU", "KZ_ATASU", "KZ_KUMKOL", "KZ_KENKIYAK", "KZ_PAVLODAR", "KZ_SHYMKENT", "RU_OMSK",
    "RU_UNECHA", "BY_MOZYR", "PL_ADAMOWO", "DE_SCHWEDT", "HU_BUDAPEST", "ADRIA", "RU_USTLUGA", "TR_IZMIR",
    "TR_KIRIKKALE", "RO_CONSTANTA", "GE_TBILISI", "AM_YEREVAN", "UZ_TASHKENT", "UZ_BUKHARA", "UZ_FERGANA",
    "KG_BISHKEK", "TJ_DUSHANBE", "KZ_UZEN", "RU_KROPOTKIN", "KZ_KURYK", "TM_TURKMENABAT", "IR_SARAKHS", "IR_TABRIZ",
    "AZ_BAKU", "CN_DAQING", "GE_POTI",
)  # fmt: skip
GAS = (
    "TM_GALKYNYSH", "TM_DAULETABAD", "TM_TURKMENBASHI", "TM_KORPEJE", "UZ_BUKHARA", "UZ_TASHKENT", "KZ_SHYMKENT",
    "KZ_BEYNEU", "KZ_ATYRAU", "KZ_KARACHAGANAK", "KZ_ALMATY", "KG_BISHKEK", "CN_KHORGOS", "CN_WUQIA", "RU_ALGAI",
    "RU_ORENBURG", "RU_SOUTH_HUB", "RU_MOZDOK", "RU_ANAPA", "RU_DZHUBGA", "AZ_SANGACHAL", "AZ_HAJIGABUL",
    "GE_TBILISI", "AM_YEREVAN", "AZ_NAKHCHIVAN", "TR_ERZURUM", "TR_ESKISEHIR", "TR_GRID", "TR_KIYIKOY", "TR_ISTANBUL",
    "GR_KIPOI", "IT_MELENDUGNO", "BG_STRANDZHA", "RS_BELGRADE", "HU_BUDAPEST", "IR_SARAKHS", "IR_TABRIZ", "IR_ASTARA",
    "IR_RASHT", "AF_HERAT", "AF_KANDAHAR", "PK_MULTAN", "PK_KARACHI", "IN_FAZILKA", "TJ_DUSHANBE", "RU_CHELYABINSK",
    "RU_OMSK", "TR_IGDIR", "TM_SERHETABAT", "TM_BAGTYYARLYK", "CN_ALASHANKOU", "TR_LNG", "MN_ULAANBAATAR",
    "BG_STARAZAGORA", "IR_INCHEBORUN",
)  # fmt: skip
POWER = (
    "GE_TBILISI", "AM_YEREVAN", "AM_HRAZDAN", "AZ_SUMGAYIT", "AZ_NAKHCHIVAN", "GE_ANAKLIA", "GE_AKHALTSIKHE",
    "GE_GARDABANI", "TR_ERZURUM", "TR_ISTANBUL", "TR_IGDIR", "TR_KARS", "TR_BORCKA", "IR_TABRIZ", "IR_TEHRAN",
    "RU_MOZDOK", "AZ_SAMUKH", "RO_CONSTANTA", "HU_BUDAPEST", "BG_BURGAS", "KZ_AKTAU", "KZ_ATYRAU", "KZ_AKTOBE",
    "KZ_ASTANA", "KZ_ALMATY", "KZ_SHYMKENT", "UZ_TASHKENT", "UZ_BUKHARA", "UZ_TERMEZ", "KG_BISHKEK", "KG_DATKA",
    "TJ_SUGD", "TJ_SANGTUDA", "TJ_DUSHANBE", "TM_GALKYNYSH", "AF_HERAT", "AF_KABUL", "PK_NOWSHERA", "RU_SAMARA",
    "RU_ORENBURG", "RU_CHELYABINSK", "RU_OMSK", "GR_KIPOI", "GE_BATUMI", "AM_GYUMRI", "IR_JOLFA",
)  # fmt: skip
FIBRE = (
    "FR_EU_HUB", "HU_BUDAPEST", "BG_BURGAS", "TR_ISTANBUL", "RU_MOSCOW", "GE_POTI", "GE_TBILISI", "AM_YEREVAN",
    "AZ_BAKU", "AZ_SUMGAYIT", "AZ_SIYAZAN", "AZ_NAKHCHIVAN", "AZ_ORDUBAD", "AZ_AGHBAND", "TR_IGDIR", "IR_TEHRAN",
    "KZ_AKTAU", "TM_TURKMENBASHI", "TM_ASHGABAT", "UZ_TASHKENT", "KZ_ASTANA", "KZ_ALMATY", "KG_BISHKEK",
    "TJ_DUSHANBE", "CN_URUMQI", "PK_KARACHI", "TRNC_LEFKOSA",
)  # fmt: skip
SMALL = ("GEORGIA", "ARMENIA", "AZERBAIJAN", "TAJIKISTAN", "KYRGYZSTAN", "HUNGARY", "BULGARIA")
FREIGHT_LINES = {
    "F079b": "Syunik section",
    "F045": "Rasht–Astara",
    "F082b": "Aras road",
    "F081c": "Kars–Nakhchivan",
}
OIL_LINES = {
    "O001b": "CPC",
    "O002": "BTC",
    "O003": "Baku–Supsa",
    "O004": "Baku–Novorossiysk",
    "O005b": "Atyrau–Samara",
    "O006a": "Druzhba",
    "O008b": "Samara–Novorossiysk",
    "O015": "Kazakhstan–China",
    "NO_DRUZHBA_S": "Druzhba south",
    "NO_KCTS": "Eskene–Kuryk",
    "NO_AKTAU_SANGACHAL": "Aktau–Baku",
    "NO_MAKH_NOVO": "Makhachkala–Novorossiysk",
    "O008a": "to Ust-Luga",
    "NO_ESPO": "to Daqing",
    "NO_NEKA_KHARG": "Neka–Kharg exchange",
    "O017a": "Omsk–Pavlodar",
}
GAS_LINES = {
    "G005": "Trans-Caspian",
    "G002a": "TANAP",
    "G003a": "TAP",
    "G001a": "South Caucasus Pipeline",
    "G011": "Blue Stream",
    "G013": "TurkStream",
    "G015c": "Central Asia–China A, B, C",
    "G018b": "line D",
    "G031c": "TAPI",
    "G019c": "Central Asia–Centre, reversed",
    "NG_EASTWEST": "East–West",
    "G033a": "Power of Siberia 2",
    "G034": "Russia–Kazakhstan–China",
    "G020": "Bukhara–Urals",
    "G022": "Makat–North Caucasus",
    "G007": "Iran swap",
    "NG_YAMAL_SOUTH": "from Yamal",
}
POWER_LINES = {
    "E009": "Black Sea cable",
    "E010": "Caspian cable",
    "E012": "CASA-1000",
    "NE_ZANGEZUR": "by Syunik",
    "E013": "Kazakh north–south",
    "NE_KZ_WEST": "western zone",
}
FIBRE_LINES = {
    "D001": "Aktau–Sumgayit",
    "ND_TKB_SIY": "Turkmenbashi–Siyazan",
    "ND_POTI_BUR": "Caucasus Cable System",
    "D004": "Kazakh traffic to Europe",
    "ND_TEH_EU": "cables from the Gulf",
    "ND_KAR_EU": "cables from Karachi",
    "ND_KAR_URU": "Pakistan–China",
}

DRAWINGS = (
    Drawing(
        name="freight",
        layers=("freight",),
        box=EURASIA,
        title="Freight: railways, roads, sea legs, ports and border crossings",
        subtitle=(
            "Every port and every customs border is a link of its own, so that capacity, time and "
            "control sit in one place."
        ),
        labels=FREIGHT,
        hidden=SMALL,
    ),
    Drawing(
        name="corridors",
        layers=("freight",),
        box=EURASIA,
        title="Freight by family of routes: the ways between China, Russia, the Gulf and Europe",
        subtitle=(
            "Colour says to which family of routes a link belongs; "
            "pale blue is ocean, grey is domestic and regional traffic."
        ),
        labels=FREIGHT[:44],
        hidden=SMALL,
        by_family=True,
    ),
    Drawing(
        name="freight-caucasus",
        layers=("freight",),
        box=CASPIAN,
        title="Freight between the Black Sea and the Caspian",
        subtitle=(
            "Armenia's eastern and western borders are closed; the Syunik, Kars–Nakhchivan, Aras "
            "and Rasht–Astara lines are planned."
        ),
        labels=FREIGHT_CLOSE,
        lines=FREIGHT_LINES,
    ),
    Drawing(
        name="oil",
        layers=("oil",),
        box=(12.0, 27.0, 90.0, 61.0),
        title="Oil: pipelines, terminals, tankers and tank wagons",
        subtitle=(
            "Width: capacity in force at 2025Q1. Crude and products share the network; arrows "
            "lead to the world market behind a terminal."
        ),
        labels=OIL,
        hidden=SMALL,
        lines=OIL_LINES,
        by_capacity=True,
        sizes=(5.0, 20.0, 80.0),
        unit="Mt a year",
    ),
    Drawing(
        name="gas",
        layers=("gas",),
        box=(14.0, 23.2, 90.0, 57.5),
        title="Gas: pipelines, swaps and terminals for liquefied gas",
        subtitle=(
            "Width: capacity in force at 2025Q1. A planned line is a bundle: the Trans-Caspian leg needs a feeder "
            "and wider pipes west of Baku."
        ),
        labels=GAS,
        hidden=SMALL,
        lines=GAS_LINES,
        by_capacity=True,
        sizes=(5.0, 20.0, 60.0),
        unit="bcm a year",
    ),
    Drawing(
        name="power",
        layers=("power",),
        box=(24.0, 33.0, 80.0, 56.5),
        title="Power: interconnectors from the Balkans to the Pamirs",
        subtitle=(
            "Width: yearly energy at half load. The shores of the Caspian are joined over Russia "
            "and Iran only; cables across it are planned."
        ),
        labels=POWER,
        hidden=SMALL,
        lines=POWER_LINES,
        by_capacity=True,
        sizes=(1000.0, 4000.0, 16000.0),
        unit="GWh a year",
    ),
    Drawing(
        name="fibre",
        layers=("fibre",),
        box=(12.0, 23.0, 88.0, 60.0),
        title="Fibre: ways of data between Europe and Central Asia",
        subtitle=(
            "Without capacities: it shows who can listen in or switch off. No operating line crosses the Caspian."
        ),
        labels=FIBRE,
        hidden=SMALL,
        lines=FIBRE_LINES,
    ),
)

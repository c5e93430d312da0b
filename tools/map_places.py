"""Places that only the drawings need: names of states and seas, bends of long lines, sides of the sea."""

Point = tuple[float, float]  # degrees east and north

STATES: dict[str, Point] = {
    "KAZAKHSTAN": (66.5, 48.6), "UZBEKISTAN": (62.3, 42.3), "TURKMENISTAN": (58.6, 39.9), "KYRGYZSTAN": (74.6, 41.6),
    "TAJIKISTAN": (71.4, 38.35), "AFGHANISTAN": (65.6, 33.7), "IRAN": (55.6, 32.6), "AZERBAIJAN": (47.6, 40.75),
    "GEORGIA": (42.9, 42.35), "ARMENIA": (44.9, 40.35), "TÜRKIYE": (34.6, 38.9), "RUSSIA": (60.0, 57.6),
    "CHINA": (100.0, 36.0), "MONGOLIA": (102.5, 46.3), "PAKISTAN": (67.3, 28.3), "INDIA": (76.5, 24.0),
    "UKRAINE": (31.5, 49.0), "POLAND": (19.0, 51.9), "ROMANIA": (24.8, 45.9), "GERMANY": (10.2, 51.0),
    "IRAQ": (43.4, 33.2), "HUNGARY": (19.3, 46.7), "BULGARIA": (25.1, 42.7), "ITALY": (12.5, 42.9),
    "SYRIA": (38.6, 35.1),
    "BELARUS": (28.0, 53.2), "SAUDI ARABIA": (44.6, 25.5), "GREECE": (21.9, 39.6), "EGYPT": (29.5, 27.0),
}  # fmt: skip
SEAS: dict[str, Point] = {
    "Black Sea": (34.3, 43.4), "Caspian\nSea": (50.6, 41.9), "Mediterranean Sea": (26.6, 34.0),
    "Arabian Sea": (63.5, 21.5), "Gulf": (51.3, 27.3), "Baltic\nSea": (19.2, 56.4),
}  # fmt: skip
VIA: dict[str, tuple[Point, ...]] = {
    "ND_TEH_EU": ((56.3, 27.1), (5.2, 43.2)),
    "ND_KAR_EU": ((66.9, 24.7), (5.2, 43.2)),
    "ND_URU_EU": ((121.8, 31.2), (5.2, 43.2)),
}
"""Landfalls of the three long cables, near Bandar Abbas, Karachi, Shanghai and Marseille."""
_KURA: tuple[Point, ...] = ((47.0, 40.6), (45.3, 41.3), (44.8, 41.6))
_SYUNIK: tuple[Point, ...] = ((45.3, 39.9), (46.1, 39.6), (46.35, 39.2))
_MOZDOK: tuple[Point, ...] = ((47.3, 42.9), (45.0, 43.6), (40.3, 45.7))
BENDS: dict[str, tuple[Point, ...]] = {
    "O002": (*_KURA, (43.0, 41.5), (41.3, 40.1), (37.2, 39.5), (36.3, 38.0)),
    "O003": (*_KURA, (43.4, 42.05)),
    "O004": ((48.8, 41.5), *_MOZDOK),
    "NO_MAKH_NOVO": _MOZDOK[1:],
    "NO_BAKU_BATUMI": (*_KURA, (43.4, 42.0)),
    "NO_SANGACHAL_BATUMI": (*_KURA, (43.4, 42.0)),
    "NO_BAKU_TBILISI": _KURA[:2],
    "NO_BAKU_YEREVAN": (*_KURA[:2], (44.6, 41.0)),
    "NO_SAMARA_TBILISI": ((48.0, 46.4), (47.5, 42.9), (48.9, 41.3), (47.0, 40.6), (45.3, 41.3)),
    "F090a": _SYUNIK,
    "NF056": ((47.5, 39.15), (46.5, 38.8)),
    "G030b": _SYUNIK[::-1],
    "NE_AM_IR": (*_SYUNIK, (46.3, 38.7)),
    "NO_TABRIZ_YEREVAN": (*_SYUNIK, (46.3, 38.7))[::-1],
    "E007": (*_SYUNIK, (46.3, 38.7)),
    "ND_YER_TEH": (*_SYUNIK, (46.3, 38.7), (48.5, 37.0)),
    "NE_ZANGEZUR": ((46.9, 39.6), (46.4, 39.1)),
    "NO_SAMARA_YEREVAN": ((44.6, 43.1), (44.7, 42.4), (44.8, 41.7)),
}
"""Places a long line passes where a straight one would cross a state that it avoids."""
SEAWARD: dict[str, tuple[float, float]] = {
    "RU_CPC_TERMINAL_SEA": (-0.95, -0.1), "RU_NOVOROSSIYSK_SEA": (-0.75, -0.7), "TR_CEYHAN_SEA": (-0.75, -0.65),
    "GE_SUPSA": (-0.9, 0.25), "GE_BATUMI": (-0.95, -0.2), "RU_USTLUGA": (-0.85, 0.5), "IR_KHARG_SEA": (-0.4, -0.9),
    "ADRIA": (-0.7, -0.7), "TR_IZMIR": (-0.9, -0.35), "TR_CEYHAN": (-0.2, -1.0), "TR_LNG": (-0.9, -0.4),
    "PK_KARACHI": (-0.6, -0.8), "GR_KIPOI": (-0.2, -1.0), "IT_MELENDUGNO": (0.3, -0.95), "HU_BUDAPEST": (-0.85, -0.5),
    "CN_COAST": (0.8, -0.6),
}  # fmt: skip
"""Which way the sea lies at the terminals that deal with the world market; for Hungary the terminal is Krk."""
RENAMED: dict[str, str] = {
    "AZ_BOYUKKESIK": "Böyük Kəsik",
    "CN_COAST": "Chinese coast",
    "FR_EU_HUB": "Frankfurt",
    "IR_KHARG": "Kharg",
    "RU_CPC_TERMINAL": "CPC terminal",
    "RU_SOUTH_HUB": "Russian southern hub",
    "TR_GRID": "Turkish grid",
    "TR_LNG": "LNG terminals",
    "TM_SERHETABAT": "Serhetabat",
}
"""Nodes whose name in the tables is too long for a map."""

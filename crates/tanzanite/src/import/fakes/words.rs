//! Words for made-up texts, chosen to state nothing true. Tables.

/// First names.
pub(super) const GIVEN: [&str; 32] = [
    "Abrin", "Belka", "Cirdo", "Danvi", "Elvor", "Fenqua", "Gorlin", "Hestar", "Irvane", "Jorvel",
    "Kesmin", "Lomira", "Mirvek", "Nalvo", "Orphin", "Pelkra", "Quenda", "Rovelle", "Sarvin",
    "Tolvane", "Ulmira", "Vesko", "Wynthra", "Xelmo", "Yorvin", "Zelkar", "Ardovi", "Brelma",
    "Corvisk", "Drenna", "Eskavo", "Falmire",
];

/// Last names, before a number.
pub(super) const FAMILY: [&str; 32] = [
    "Averdol",
    "Brakvist",
    "Cormandel",
    "Dovrek",
    "Elstavar",
    "Fjelmorn",
    "Grovank",
    "Holvarsk",
    "Istravel",
    "Jurmolen",
    "Krelvand",
    "Lindovar",
    "Morvak",
    "Nostrav",
    "Olverin",
    "Prelmack",
    "Querlon",
    "Rastovin",
    "Skelvor",
    "Travlund",
    "Ustervan",
    "Velmarin",
    "Wolvast",
    "Xandrovel",
    "Yelmark",
    "Zorvann",
    "Albrovek",
    "Bestravin",
    "Caldorvik",
    "Delvarno",
    "Estrovan",
    "Fornavel",
];

/// Words of all other texts.
pub(super) const PROSE: [&str; 64] = [
    "alvo", "brinda", "celmo", "dorvu", "elska", "fambre", "golvi", "hurmo", "ilvane", "jelto",
    "korvu", "lembra", "molvi", "nerva", "olmek", "prelta", "quovi", "relmo", "solvane", "tirbo",
    "ulvek", "vermo", "wilba", "xorvu", "yelvi", "zambro", "arvelo", "blimo", "corvane", "delbu",
    "esmolvi", "frelka", "grovu", "helmi", "irbo", "jalvek", "krimo", "lorva", "melbane", "nilvo",
    "orvelmu", "plemba", "quirvo", "rolmi", "selvek", "trovane", "umbriv", "velto", "wermi",
    "xilvo", "yormba", "zelvi", "ambrovu", "belmi", "crolva", "dimvek", "erlovo", "filmba",
    "grelvi", "holvane", "imbru", "jormi", "kelvo", "lurmba",
];

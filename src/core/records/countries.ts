/** ISO 3166-1: the two letters of each country, then its three. */
const codes = `
  ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB
  BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR
  BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR
  CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK
  FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS
  GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN
  ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO
  LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD
  MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER
  NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM
  PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP
  SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF
  TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY
  UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE
`;

/** What people write that is neither a code nor a name of the languages below. */
const otherNames: Readonly<Record<string, string>> = {
  america: 'US',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  uk: 'GB',
  holland: 'NL',
  'czech republic': 'CZ',
  'ivory coast': 'CI',
  burma: 'MM',
  swaziland: 'SZ',
  macedonia: 'MK',
  turkey: 'TR',
  turkiye: 'TR',
  'south korea': 'KR',
  'north korea': 'KP',
  'republic of korea': 'KR',
  'russian federation': 'RU',
  'republic of ireland': 'IE',
  'viet nam': 'VN',
  'hong kong': 'HK',
  macao: 'MO',
  macau: 'MO',
  uae: 'AE',
  'peoples republic of china': 'CN',
  'the netherlands': 'NL',
  'the bahamas': 'BS',
  'the gambia': 'GM',
  'united states of america': 'US',
};

/** What ISO 3166-1 calls a country where people, and Unicode, call it otherwise. Lists to choose from often have these. */
const isoNames: Readonly<Record<string, string>> = {
  'Bolivia, Plurinational State of': 'BO',
  'Bonaire, Sint Eustatius and Saba': 'BQ',
  'Congo, The Democratic Republic of the': 'CD',
  'Falkland Islands (Malvinas)': 'FK',
  'Micronesia, Federated States of': 'FM',
  'South Georgia and the South Sandwich Islands': 'GS',
  'Heard Island and McDonald Islands': 'HM',
  'Iran, Islamic Republic of': 'IR',
  "Korea, Democratic People's Republic of": 'KP',
  'Korea, Republic of': 'KR',
  "Lao People's Democratic Republic": 'LA',
  'Moldova, Republic of': 'MD',
  'Saint Martin (French part)': 'MF',
  'Palestine, State of': 'PS',
  'Saint Helena, Ascension and Tristan da Cunha': 'SH',
  'Sint Maarten (Dutch part)': 'SX',
  'Saint Vincent and the Grenadines': 'VC',
  'Syrian Arab Republic': 'SY',
  'Taiwan, Province of China': 'TW',
  'Tanzania, United Republic of': 'TZ',
  'United States Minor Outlying Islands': 'UM',
  'Holy See (Vatican City State)': 'VA',
  'Venezuela, Bolivarian Republic of': 'VE',
  'Virgin Islands, British': 'VG',
  'Virgin Islands, U.S.': 'VI',
};

const languages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv', 'da', 'nb', 'fi', 'pl', 'ja', 'zh'];

let codesOfCountries: ReturnType<typeof readCodes> | undefined;
let namesOfCountries: ReadonlyMap<string, string> | undefined;
let english: Intl.DisplayNames | undefined;

/** The country that a code or a name stands for, in the requested form; undefined for anything else. */
export function countryOf(text: string, form: 'alpha2' | 'alpha3' | 'name'): string | undefined {
  codesOfCountries ??= readCodes();
  const { byCode, alpha3 } = codesOfCountries;
  const code = byCode.get(plain(text)) ?? countryNamed(text, alpha3.keys());
  if (code === undefined || form === 'alpha2') return code;
  if (form === 'alpha3') return alpha3.get(code);
  english ??= new Intl.DisplayNames(['en'], { type: 'region' });
  return english.of(code);
}

function readCodes() {
  const alpha3 = new Map<string, string>();
  const byCode = new Map<string, string>();
  for (const pair of codes.trim().split(/\s+/)) {
    const code = pair.slice(0, 2);
    const three = pair.slice(2);
    alpha3.set(code, three);
    byCode.set(plain(code), code).set(plain(three), code);
  }
  return { alpha3, byCode };
}

/** The table of names is made when the first text is no code: it has some 4,000, in languages that most runs never need. */
function countryNamed(text: string, allCodes: Iterable<string>): string | undefined {
  namesOfCountries ??= readNames([...allCodes]);
  return namesOfCountries.get(plain(text));
}

function readNames(allCodes: readonly string[]): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  const add = (name: string | undefined, code: string): void => {
    // The first one stays: two languages may have one word for two countries.
    if (name !== undefined && !byName.has(plain(name))) byName.set(plain(name), code);
  };
  for (const [name, code] of Object.entries({ ...otherNames, ...isoNames })) add(name, code);
  for (const language of languages) {
    const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    for (const code of allCodes) add(names.of(code), code);
  }
  return byName;
}

/** Names are compared without case, accents and punctuation, `&` is `and`, and `St.` is `Saint`. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}.'\u2019]/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replaceAll(/(?<= |^)st(?= )/g, 'saint')
    .trim();
}

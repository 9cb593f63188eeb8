/**
 * Zendesk's names of time zones (those of Rails) and the IANA zone of each. Of several with one clock, the one that should
 * stand for zones without a name of their own comes first.
 */
export const zendeskZones = parseZones(`
International Date Line West|Etc/GMT+12
American Samoa|Pacific/Pago_Pago
Midway Island|Pacific/Midway
Hawaii|Pacific/Honolulu
Alaska|America/Juneau
Pacific Time (US & Canada)|America/Los_Angeles
Tijuana|America/Tijuana
Mountain Time (US & Canada)|America/Denver
Arizona|America/Phoenix
Chihuahua|America/Chihuahua
Mazatlan|America/Mazatlan
Central Time (US & Canada)|America/Chicago
Saskatchewan|America/Regina
Mexico City|America/Mexico_City
Guadalajara|America/Mexico_City
Monterrey|America/Monterrey
Central America|America/Guatemala
Eastern Time (US & Canada)|America/New_York
Indiana (East)|America/Indiana/Indianapolis
Bogota|America/Bogota
Lima|America/Lima
Quito|America/Lima
Atlantic Time (Canada)|America/Halifax
Caracas|America/Caracas
La Paz|America/La_Paz
Santiago|America/Santiago
Asuncion|America/Asuncion
Georgetown|America/Guyana
Puerto Rico|America/Puerto_Rico
Newfoundland|America/St_Johns
Brasilia|America/Sao_Paulo
Buenos Aires|America/Argentina/Buenos_Aires
Montevideo|America/Montevideo
Greenland|America/Godthab
Mid-Atlantic|Atlantic/South_Georgia
Azores|Atlantic/Azores
Cape Verde Is.|Atlantic/Cape_Verde
London|Europe/London
Edinburgh|Europe/London
Dublin|Europe/Dublin
Lisbon|Europe/Lisbon
Casablanca|Africa/Casablanca
Monrovia|Africa/Monrovia
UTC|Etc/UTC
Berlin|Europe/Berlin
Paris|Europe/Paris
Amsterdam|Europe/Amsterdam
Brussels|Europe/Brussels
Copenhagen|Europe/Copenhagen
Madrid|Europe/Madrid
Rome|Europe/Rome
Stockholm|Europe/Stockholm
Vienna|Europe/Vienna
Zurich|Europe/Zurich
Bern|Europe/Zurich
Prague|Europe/Prague
Warsaw|Europe/Warsaw
Budapest|Europe/Budapest
Belgrade|Europe/Belgrade
Bratislava|Europe/Bratislava
Ljubljana|Europe/Ljubljana
Sarajevo|Europe/Sarajevo
Skopje|Europe/Skopje
Zagreb|Europe/Zagreb
West Central Africa|Africa/Algiers
Athens|Europe/Athens
Helsinki|Europe/Helsinki
Bucharest|Europe/Bucharest
Cairo|Africa/Cairo
Kyiv|Europe/Kiev
Riga|Europe/Riga
Sofia|Europe/Sofia
Tallinn|Europe/Tallinn
Vilnius|Europe/Vilnius
Jerusalem|Asia/Jerusalem
Pretoria|Africa/Johannesburg
Harare|Africa/Harare
Kaliningrad|Europe/Kaliningrad
Istanbul|Europe/Istanbul
Minsk|Europe/Minsk
Moscow|Europe/Moscow
St. Petersburg|Europe/Moscow
Volgograd|Europe/Volgograd
Riyadh|Asia/Riyadh
Kuwait|Asia/Kuwait
Nairobi|Africa/Nairobi
Baghdad|Asia/Baghdad
Tehran|Asia/Tehran
Abu Dhabi|Asia/Muscat
Muscat|Asia/Muscat
Samara|Europe/Samara
Baku|Asia/Baku
Tbilisi|Asia/Tbilisi
Yerevan|Asia/Yerevan
Kabul|Asia/Kabul
Ekaterinburg|Asia/Yekaterinburg
Karachi|Asia/Karachi
Islamabad|Asia/Karachi
Tashkent|Asia/Tashkent
New Delhi|Asia/Kolkata
Mumbai|Asia/Kolkata
Kolkata|Asia/Kolkata
Chennai|Asia/Kolkata
Sri Jayawardenepura|Asia/Colombo
Kathmandu|Asia/Kathmandu
Dhaka|Asia/Dhaka
Almaty|Asia/Almaty
Astana|Asia/Almaty
Urumqi|Asia/Urumqi
Rangoon|Asia/Rangoon
Bangkok|Asia/Bangkok
Hanoi|Asia/Bangkok
Jakarta|Asia/Jakarta
Krasnoyarsk|Asia/Krasnoyarsk
Novosibirsk|Asia/Novosibirsk
Beijing|Asia/Shanghai
Chongqing|Asia/Chongqing
Hong Kong|Asia/Hong_Kong
Singapore|Asia/Singapore
Kuala Lumpur|Asia/Kuala_Lumpur
Taipei|Asia/Taipei
Perth|Australia/Perth
Irkutsk|Asia/Irkutsk
Ulaanbaatar|Asia/Ulaanbaatar
Tokyo|Asia/Tokyo
Osaka|Asia/Tokyo
Sapporo|Asia/Tokyo
Seoul|Asia/Seoul
Yakutsk|Asia/Yakutsk
Darwin|Australia/Darwin
Adelaide|Australia/Adelaide
Sydney|Australia/Sydney
Melbourne|Australia/Melbourne
Canberra|Australia/Canberra
Hobart|Australia/Hobart
Brisbane|Australia/Brisbane
Vladivostok|Asia/Vladivostok
Guam|Pacific/Guam
Port Moresby|Pacific/Port_Moresby
Magadan|Asia/Magadan
Srednekolymsk|Asia/Srednekolymsk
Solomon Is.|Pacific/Guadalcanal
New Caledonia|Pacific/Noumea
Auckland|Pacific/Auckland
Wellington|Pacific/Auckland
Fiji|Pacific/Fiji
Kamchatka|Asia/Kamchatka
Marshall Is.|Pacific/Majuro
Chatham Is.|Pacific/Chatham
Nuku'alofa|Pacific/Tongatapu
Tokelau Is.|Pacific/Fakaofo
Samoa|Pacific/Apia
`);

/** A name and its IANA zone a line. */
export function parseZones(table: string): ReadonlyMap<string, string> {
  return new Map(
    table
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const [name = '', zone = ''] = line.split('|');
        return [name, zone];
      }),
  );
}

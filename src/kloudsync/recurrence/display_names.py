"""What Windows and other programs show as the name of a zone, in place of its key.

The first table is Windows' present list, the second one what it showed formerly, and what
older programs still write. A third holds names that other programs have for a zone, and a
fourth what cities are called in other languages than English.
"""

from __future__ import annotations

from typing import Final

_DISPLAYED: Final = """
AUS Central Standard Time=Darwin
AUS Eastern Standard Time=Canberra, Melbourne, Sydney
Afghanistan Standard Time=Kabul
Alaskan Standard Time=Alaska
Alberta Standard Time=Alberta
Aleutian Standard Time=Aleutian Islands
Altai Standard Time=Barnaul, Gorno-Altaysk
Arab Standard Time=Kuwait, Riyadh
Arabian Standard Time=Abu Dhabi, Muscat
Arabic Standard Time=Baghdad
Argentina Standard Time=City of Buenos Aires
Astrakhan Standard Time=Astrakhan, Ulyanovsk
Atlantic Standard Time=Atlantic Time (Canada)
Aus Central W. Standard Time=Eucla
Azerbaijan Standard Time=Baku
Azores Standard Time=Azores
Bahia Standard Time=Salvador
Bangladesh Standard Time=Dhaka
Belarus Standard Time=Minsk
Bougainville Standard Time=Bougainville Island
British Columbia Standard Time=British Columbia
Canada Central Standard Time=Saskatchewan
Cape Verde Standard Time=Cabo Verde Is.
Caucasus Standard Time=Yerevan
Cen. Australia Standard Time=Adelaide
Central America Standard Time=Central America
Central Asia Standard Time=Bishkek
Central Brazilian Standard Time=Cuiaba
Central Europe Standard Time=Belgrade, Bratislava, Budapest, Ljubljana, Prague
Central European Standard Time=Sarajevo, Skopje, Warsaw, Zagreb
Central Pacific Standard Time=Solomon Is., New Caledonia
Central Standard Time=Central Time (US & Canada)
Central Standard Time (Mexico)=Guadalajara, Mexico City, Monterrey
Chatham Islands Standard Time=Chatham Islands
China Standard Time=Beijing, Chongqing, Hong Kong, Urumqi
Cuba Standard Time=Havana
Dateline Standard Time=International Date Line West
E. Africa Standard Time=Nairobi
E. Australia Standard Time=Brisbane
E. Europe Standard Time=Chisinau
E. South America Standard Time=Brasilia
Easter Island Standard Time=Easter Island
Eastern Standard Time=Eastern Time (US & Canada)
Eastern Standard Time (Mexico)=Chetumal
Egypt Standard Time=Cairo
Ekaterinburg Standard Time=Ekaterinburg
FLE Standard Time=Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius
Fiji Standard Time=Fiji
GMT Standard Time=Dublin, Edinburgh, Lisbon, London
GTB Standard Time=Athens, Bucharest
Georgian Standard Time=Tbilisi
Greenland Standard Time=Greenland
Greenwich Standard Time=Monrovia, Reykjavik
Haiti Standard Time=Haiti
Hawaiian Standard Time=Hawaii
India Standard Time=Chennai, Kolkata, Mumbai, New Delhi
Iran Standard Time=Tehran
Israel Standard Time=Jerusalem
Jordan Standard Time=Amman
Kaliningrad Standard Time=Kaliningrad
Korea Standard Time=Seoul
Libya Standard Time=Tripoli
Line Islands Standard Time=Kiritimati Island
Lord Howe Standard Time=Lord Howe Island
Magadan Standard Time=Magadan
Magallanes Standard Time=Punta Arenas
Manitoba Standard Time=Manitoba
Marquesas Standard Time=Marquesas Islands
Mauritius Standard Time=Port Louis
Middle East Standard Time=Beirut
Montevideo Standard Time=Montevideo
Morocco Standard Time=Casablanca
Mountain Standard Time=Mountain Time (US & Canada)
Mountain Standard Time (Mexico)=La Paz, Mazatlan
Myanmar Standard Time=Yangon (Rangoon)
N. Central Asia Standard Time=Novosibirsk
Namibia Standard Time=Windhoek
Nepal Standard Time=Kathmandu
New Zealand Standard Time=Auckland, Wellington
Newfoundland Standard Time=Newfoundland
Norfolk Standard Time=Norfolk Island
North Asia East Standard Time=Irkutsk
North Asia Standard Time=Krasnoyarsk
North Korea Standard Time=Pyongyang
Omsk Standard Time=Omsk
Pacific SA Standard Time=Santiago
Pacific Standard Time=Pacific Time (US & Canada)
Pacific Standard Time (Mexico)=Baja California
Pakistan Standard Time=Islamabad, Karachi
Paraguay Standard Time=Asuncion
Qyzylorda Standard Time=Qyzylorda
Romance Standard Time=Brussels, Copenhagen, Madrid, Paris
Russia Time Zone 10=Chokurdakh
Russia Time Zone 11=Anadyr, Petropavlovsk-Kamchatsky
Russia Time Zone 3=Izhevsk, Samara
Russian Standard Time=Moscow, St. Petersburg
SA Eastern Standard Time=Cayenne, Fortaleza
SA Pacific Standard Time=Bogota, Lima, Quito, Rio Branco
SA Western Standard Time=Georgetown, La Paz, Manaus, San Juan
SE Asia Standard Time=Bangkok, Hanoi, Jakarta
Saint Pierre Standard Time=Saint Pierre and Miquelon
Sakhalin Standard Time=Sakhalin
Samoa Standard Time=Samoa
Sao Tome Standard Time=Sao Tome
Saratov Standard Time=Saratov
Singapore Standard Time=Kuala Lumpur, Singapore
South Africa Standard Time=Harare, Pretoria
South Sudan Standard Time=Juba
Sri Lanka Standard Time=Sri Jayawardenepura
Sudan Standard Time=Khartoum
Syria Standard Time=Damascus
Taipei Standard Time=Taipei
Tasmania Standard Time=Hobart
Tocantins Standard Time=Araguaina
Tokyo Standard Time=Osaka, Sapporo, Tokyo
Tomsk Standard Time=Tomsk
Tonga Standard Time=Nuku'alofa
Transbaikal Standard Time=Chita
Turkey Standard Time=Istanbul
Turks And Caicos Standard Time=Turks and Caicos
US Eastern Standard Time=Indiana (East)
US Mountain Standard Time=Arizona
Ulaanbaatar Standard Time=Ulaanbaatar
Venezuela Standard Time=Caracas
Vladivostok Standard Time=Vladivostok
Volgograd Standard Time=Volgograd
W. Australia Standard Time=Perth
W. Central Africa Standard Time=West Central Africa
W. Europe Standard Time=Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
W. Mongolia Standard Time=Hovd
West Asia Standard Time=Ashgabat, Tashkent
West Bank Standard Time=Gaza, Hebron
West Pacific Standard Time=Guam, Port Moresby
Yakutsk Standard Time=Yakutsk
Yukon Standard Time=Yukon
"""

_FORMERLY: Final = """
Arab Standard Time=Moscow, Kuwait, Riyadh
Arabian Standard Time=Abu Dhabi, Muscat, Tbilisi
Argentina Standard Time=Buenos Aires, Georgetown
Cape Verde Standard Time=Cape Verde Is.
Caucasus Standard Time=Baku, Tbilisi, Yerevan
Caucasus Standard Time=Caucasus Standard Time
Central Asia Standard Time=Almaty, Dhaka
Central Asia Standard Time=Astana
Central Asia Standard Time=Astana, Dhaka
Central Asia Standard Time=Nur-Sultan
Central European Standard Time=Sarajevo, Skopje, Sofija, Vilnius, Warsaw, Zagreb
Central European Standard Time=Sarajevo, Skopje, Sofija, Warsaw, Zagreb
Central Pacific Standard Time=Magadan, Solomon Is., New Caledonia
Central Standard Time (Mexico)=Mexico City, Tegucigalpa
China Standard Time=Beijing, Chongqing, Hong Kong SAR, Urumqi
E. Africa Standard Time=Nairobi, Harare
E. Europe Standard Time=E. Europe
FLE Standard Time=Helsinki, Riga, Tallinn
Fiji Standard Time=Fiji, Kamchatka, Marshall Is.
Fiji Standard Time=Fiji Is., Kamchatka, Marshall Is.
GMT Standard Time=Greenwich Mean Time, Dublin, Edinburgh, Lisbon, London
GTB Standard Time=Athens, Beirut, Istanbul, Minsk
GTB Standard Time=Athens, Bucharest, Istanbul
GTB Standard Time=Athens, Istanbul, Minsk
Greenwich Standard Time=Casablanca, Monrovia
Greenwich Standard Time=Casablanca, Monrovia, Reykjavik
India Standard Time=Bombay, Calcutta, Madras, New Delhi
India Standard Time=Calcutta, Chennai, Mumbai, New Delhi
Kamchatka Standard Time=Petropavlovsk-Kamchatsky
Mountain Standard Time (Mexico)=Chihuahua, La Paz, Mazatlan
N. Central Asia Standard Time=Almaty, Novosibirsk
Newfoundland Standard Time=Newfoundland and Labrador
North Asia East Standard Time=Irkutsk, Ulaan Bataar
Pacific Standard Time=Pacific Time (US & Canada), Tijuana
Pacific Standard Time (Mexico)=Tijuana, Baja California
Russian Standard Time=Moscow, St. Petersburg, Volgograd
SA Pacific Standard Time=Bogota, Lima, Quito
SA Pacific Standard Time=Indiana (East), Bogota, Lima
SA Western Standard Time=Caracas, La Paz
SA Western Standard Time=Georgetown, La Paz, San Juan
Sri Lanka Standard Time=Sri Jayawardenepura, Kandy
Vladivostok Standard Time=Vladivostok, Magadan
West Asia Standard Time=Islamabad, Karachi, Tashkent
Pacific/Pago_Pago=Midway Island, Samoa
Pacific/Kwajalein=Eniwetok, Kwajalein
Etc/GMT+2=Mid-Atlantic
"""

_OTHERS: Final = """
Africa/Johannesburg=South African Standard Time
Africa/Lagos=West Africa Standard Time
Africa/Maputo=Central Africa Standard Time
Africa/Nairobi=East Africa Standard Time
America/Anchorage=Alaska Standard Time
America/Bogota=Colombia Standard Time
America/Indianapolis=US East (Indiana)
America/Lima=Peru Standard Time
America/Los_Angeles=Heure du Pacifique, Hora del Pacifico, Nordamerikanische Westkustenzeit, Pacifique (E.-U. & Canada), Pacific Zeit (USA & Kanada)
America/Mazatlan=Mexico Standard Time 2
America/Mexico_City=Mexico Standard Time
America/New_York=Heure de l'Est, Nordamerikanische Ostkustenzeit, Est (E.-U. & Canada), Eastern Zeit (USA & Kanada)
America/Sao_Paulo=Brasilia Standard Time
America/Vancouver=Pacific Time (Canada)
Asia/Bangkok=Indochina Standard Time
Asia/Dubai=Gulf Standard Time
Asia/Ho_Chi_Minh=Vietnam Standard Time
Asia/Hong_Kong=Hong Kong Standard Time
Asia/Irkutsk=Russia TZ 7 Standard Time
Asia/Jakarta=Western Indonesia Standard Time
Asia/Jerusalem=Jerusalem Standard Time
Asia/Kabul=Transitional Islamic State of Afghanistan Standard Time
Asia/Kamchatka=Russia TZ 11 Standard Time
Asia/Kolkata=Indian Standard Time
Asia/Krasnoyarsk=Russia TZ 6 Standard Time
Asia/Manila=Philippine Standard Time
Asia/Novosibirsk=Novosibirsk Standard Time, Russia TZ 5 Standard Time
Asia/Riyadh=Arabia Standard Time
Asia/Seoul=Korean Standard Time
Asia/Singapore=Malay Peninsula Standard Time
Asia/Srednekolymsk=Russia TZ 10 Standard Time
Asia/Tokyo=Japan Standard Time
Asia/Vladivostok=Russia TZ 9 Standard Time
Asia/Yakutsk=Russia TZ 8 Standard Time
Asia/Yekaterinburg=Russia TZ 4 Standard Time
Asia/Yerevan=Armenian Standard Time, Armenia Standard Time
Australia/Adelaide=Australian Central Standard Time
Australia/Perth=Australian Western Standard Time
Australia/Sydney=Australian Eastern Standard Time
Etc/GMT=Greenwich Mean Time
Etc/GMT+2=Mid-Atlantic Standard Time
Etc/UTC=Coordinated Universal Time, Universal Time, Koordinierte Weltzeit, Temps universel coordonne, Tiempo universal coordinado
Europe/Berlin=Mitteleuropaische Zeit, Mitteleuropaische Sommerzeit, Mitteleuropaische Normalzeit
Europe/Bucharest=Eastern European Standard Time, Osteuropaische Zeit, Osteuropaische Sommerzeit
Europe/Dublin=Irish Standard Time
Europe/Kaliningrad=Russia TZ 1 Standard Time
Europe/Lisbon=Western European Standard Time, Westeuropaische Zeit
Europe/London=British Standard Time
Europe/Moscow=Moscow Standard Time, Russia TZ 2 Standard Time
Europe/Paris=Heure d'Europe centrale, Heure normale d'Europe centrale, Hora de Europa central, Hora estandar de Europa central, Ora dell'Europa centrale, Ora standard dell'Europa centrale, Midden-Europese tijd, Horario da Europa Central
Europe/Samara=Russia TZ 3 Standard Time
Pacific/Honolulu=Hawaii-Aleutian Standard Time, Hawaii Standard Time
"""

_CITIES: Final = """
Asia/Jerusalem=Gerusalemme, Jerusalen
Asia/Tokyo=Tokio
Europe/Athens=Athen, Athenes, Atenas, Atene
Europe/Belgrade=Belgrad, Belgrado
Europe/Berlin=Berlim, Berlijn, Berlino, Bern, Berne, Berna, Frankfurt, Hamburg, Munich, Munchen
Europe/Bratislava=Pressburg
Europe/Brussels=Brussel, Brusel, Bruselas, Bruxelas, Bruxelles
Europe/Bucharest=Bucarest, Bukarest
Europe/Budapest=Budapeste
Europe/Copenhagen=Copenhague, Kopenhagen, Kobenhavn, København
Europe/Dublin=Dublim, Dublino
Europe/Kyiv=Kiew, Kiev, Kyiv
Europe/Lisbon=Lisboa, Lisbonne, Lisbona, Lissabon
Europe/London=Edimbourg, Edimburgo, Edinburgh, Edinburg, Londen, Londres, Londra
Europe/Luxembourg=Luxemburg, Luxemburgo
Europe/Madrid=Barcelona
Europe/Moscow=Mosca, Moscou, Moscu, Moskau, St. Petersburg, Saint Petersburg
Europe/Paris=Parigi, Parijs
Europe/Prague=Praag, Prag, Praga, Praha
Europe/Rome=Rom, Roma, Milan, Milano
Europe/Sarajevo=Sarajewo
Europe/Skopje=Skoplje
Europe/Sofia=Sofija
Europe/Stockholm=Estocolmo, Stoccolma
Europe/Vienna=Vienne, Viena, Wenen, Wien
Europe/Vilnius=Wilna
Europe/Warsaw=Varsovia, Varsovie, Varsavia, Warschau, Warszawa
Europe/Zagreb=Agram, Zagabria
Europe/Zurich=Zuerich, Geneva, Geneve, Genf
"""


def _rows(table: str) -> list[tuple[str, str]]:
    """Return the names of a table, each with what it stands for."""
    lines = (line.partition("=") for line in table.strip().splitlines())
    return [(name, meant) for meant, _, name in lines]


def _lists(table: str) -> list[tuple[str, str]]:
    return [(name, meant) for names, meant in _rows(table) for name in names.split(", ")]


DISPLAY_NAMES: Final = [*_rows(_FORMERLY), *_rows(_DISPLAYED)]
"""What Windows shows or showed, each with a Windows or an IANA name; later rows count."""

OTHER_NAMES: Final = _lists(_OTHERS)
"""Names that other programs have for a zone, each with its IANA name."""

PLACES: Final = [
    *_lists(_CITIES),
    *((place, meant) for places, meant in _rows(_DISPLAYED) for place in places.split(", ")),
]
"""Cities and regions, each with a Windows or an IANA name."""

"""Placeholders: what people and programs write where they have nothing to say."""

from string import ascii_lowercase
from typing import Final

from tidewaiter.stages.quality.check import listed, only

REPEATED: Final = tuple(f"{letter}{{3,}}" for letter in ascii_lowercase)
"""One letter three times or more."""

ANYWHERE: Final = listed("""
test|testing|tester|test user|test name|test address|test street|n a|none|null|undefined|unknown|unbekannt|inconnu|
desconocido|sconosciuto|not known|not available|not applicable|not provided|no name|noname|no address|nobody|tbd|tba|
tbc|to be advised|sample text|lorem ipsum|foo bar|foobar|asdf|asdfg|asdfgh|asdfghjkl|asd|asdasd|sdf|sdfsdf|dfg|dfgdfg|
fgh|ghj|hjk|hjkl|jkl|fdsa|qwe|qweqwe|qwerty|qwertyuiop|zxc|zxcv|zxcvb|zxcvbn|zxcvbnm|yxcv|abcd|abcde|abcdef|bla|blah|
blabla|lorem|ipsum|todo|not given|not specified|nicht bekannt|nicht angegeben|ohne angabe|kein name|kein|keine|
ohne name|ohne namen|sans nom|non connu|non renseigné|non renseigne|sin nombre|no consta|senza nome|non disponibile|
non noto|onbekend|geen naam|geen|nieznany|nieznane|brak|brak danych|anonym|anonyme|anónimo|anonimo|n n|qwertz|qwert|
azerty|empty|keine angabe
""")
"""Say nothing in any field, with figures or a title beside them."""

ALONE: Final = listed("na|nan|nil|foo|leer|blank|abc|nn|x|xx")
"""Say nothing where nothing else stands; beside a title or another word they may be somebody's name."""

OF_NAMES: Final = listed("""
customer|the customer|client|kunde|buyer|recipient|receiver|empfänger|consignee|guest|empfaenger|destinataire|
destinatario|odbiorca|klient|cliente|käufer|kaeufer|acheteur|comprador|acquirente|absender|expéditeur|expediteur|
remitente|mittente|versender|nom|nom prénom|nombre|nombre apellido|nome|nome cognome|vorname|nachname|
vorname nachname|person|individual|somebody|someone|valued customer|dear customer|default|string|self|see above|
as above|same|see invoice|see label|prueba|prova|essai|user|username|name|first name|last name|full name|surname|
your name|sender|consignor|seller|vendor|merchant|shop|store|company|resident|occupant|anonymous|dummy|private|
john doe|jane doe|max mustermann|erika mustermann
""")
OF_STREETS: Final = listed("""
address|adresse|dirección|direccion|indirizzo|adres|keine adresse|ohne adresse|sans adresse|adresse inconnue|
sin dirección|sin direccion|senza indirizzo|geen adres|brak adresu|unbekannte adresse|see invoice|not known|calle|via|
street|strasse|straße|rue|home|road|no street|no number|same|as above|see above|see label|street name|street address|
your address|musterstrasse|musterstraße
""")
TITLES: Final = ("mr", "mrs", "ms", "miss", "mister", "dr", "herr", "frau", "mme", "m", "sr", "sra", "sig")

NO_FIGURE: Final = r"[^\p{L}\d]"
_ALONE: Final = rf"(?i)^{NO_FIGURE}*(?:{'|'.join(ALONE)}){NO_FIGURE}*$"

STOPGAP: Final = f"{only(*ANYWHERE, *REPEATED)}|{_ALONE}"
NO_NAME: Final = f"{only(*ANYWHERE, *REPEATED, after=TITLES)}|{only(*ANYWHERE, *OF_NAMES, *REPEATED)}|{_ALONE}"
"""The whole name is a stopgap; a person whose surname is such a word is not meant."""

NO_STREET: Final = f"{only(*ANYWHERE, *REPEATED)}|{only(*ANYWHERE, *OF_STREETS, *REPEATED, gap=NO_FIGURE)}|{_ALONE}"
"""The whole street is a stopgap: ``Street`` is one, ``Street 12`` is not."""

FILLER: Final = r"^[\W_0]*$"
"""Dashes, dots, noughts: a text of other figures may be a firm or a street, a text of these is nothing."""

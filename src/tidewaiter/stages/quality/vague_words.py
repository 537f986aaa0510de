"""Vague words: what people write on a parcel without saying what is in it, by language."""

from typing import Final

from tidewaiter.stages.quality.check import listed

ENGLISH: Final = """
gift|gifts|present|presents|goods|good|item|items|article|articles|accessory|accessories|sample|samples|part|parts|
spare|spares|piece|pieces|pcs|pce|merchandise|commodity|commodities|stuff|thing|things|product|products|object|
objects|material|materials|supplies|equipment|component|components|cargo|freight|parcel|parcels|package|packages|
packet|shipment|consignment|content|contents|order|purchase|misc|miscellaneous|various|assorted|assortment|mixed|mix|
several|sundry|sundries|others|other|general|general merchandise|daily|necessity|necessities|daily use|household|
consumer|personal|effects|belongings|private|commercial|promotional|electronics|electronic|clothes|clothing|apparel|
garment|garments|novelty|novelties|souvenir|souvenirs|surprise|birthday|christmas|wedding|box|boxes|bag lot|lot|lots|
set of|as described|as per invoice|see invoice|per invoice|as ordered|as attached|see attached|no commercial value|
value for customs purposes only|for customs purposes only|e commerce|ecommerce|online|consolidated|consolidation|gds|
merc|pces|stc|said to contain|fak|bits|substance|substances|as per|refer to|attached|invoice|returned|collected|odd|
exhibition|kinds|kind|all kinds|type|types|use|home|house|fashion|hardware|new|used|small|x|qty|quantity|free|my|the|
a|an|and|of|for|with|some|all|only|in|to
"""
CARGO: Final = """
agricultural|aid|consignment|consignments|appliance|appliances|attached|manifest|as per|bazaar|charity|chemical|
chemicals|hazardous|non|flammable|cleaning|consol|consolidated|consolidation|cnsl|courier|express|bags of|
dangerous|decorative|crafts|didactic|food|foods|foodstuff|foodstuffs|machinery|machine|machines|sporting|
white goods|pre addressed|addressed|mail|joint|shipping|eqp|gizmos|gadget|gadgets|likewise|personal address|
package numbers|handling codes|company names|material|materials|industrial|technical|biological|substances|sppt|
plt|pallet|pallets|carton|cartons|drums|baggage|luggage unaccompanied|upu|postal|from|awb|hawb|products of|
for analysis
"""
"""Words of freight that say how something travels, or to which of the largest kinds it belongs, and not what it is."""
GERMAN: Final = """
geschenk|geschenke|ware|waren|artikel|zubehör|zubehoer|muster|warenmuster|warenprobe|warenproben|teil|teile|
ersatzteil|ersatzteile|sache|sachen|produkt|produkte|gegenstand|gegenstände|gegenstaende|verschiedenes|kleinteile|
kleinigkeiten|mitbringsel|werbeartikel|konsumgüter|zubehörteile|allerlei|aller art|verschiedene|diverses|diverse|
sonstiges|sonstige|haushaltswaren|haushaltsartikel|kleidung|bekleidung|elektronik|paket|bestellung|inhalt|persönliche|
persoenliche|und|für|fuer|von|mit
"""
FRENCH: Final = """
cadeau|cadeaux|marchandise|marchandises|accessoire|accessoires|échantillon|échantillons|echantillon|echantillons|
pièce|pièces|piece détachée|pièces détachées|pieces detachees|produit|produits|objet|objets|chose|choses|bien|biens|
affaires|article|articles|petit|petits|diverse|divers|diverses|vêtement|vêtements|vetement|vetements|
effets personnels|colis|commande|contenu|électronique|et|de|des|pour|avec|le|la|les
"""
SPANISH: Final = """
regalo|regalos|mercancía|mercancías|mercancia|mercancias|artículo|artículos|articulo|articulos|accesorio|accesorios|
muestra|muestras|parte|partes|repuesto|repuestos|producto|productos|objeto|objetos|cosa|cosas|pieza|piezas|mercadería|
mercaderia|obsequio|obsequios|hogar|del|varios|varias|ropa|efectos personales|paquete|pedido|contenido|electrónica|y|
para|con|el|los|las
"""
ITALIAN: Final = """
regali|merce|merci|articolo|articoli|accessorio|accessori|campione|campioni|campioncini|pezzo|pezzi|ricambio|ricambi|
prodotto|prodotti|oggetto|oggetti|cosa|cose|omaggio|omaggi|beni|roba|varia|vario|vari|varie|abbigliamento|
effetti personali|pacco|ordine|contenuto|elettronica|e|di|per|con|il|gli
"""
POLISH: Final = """
prezent|prezenty|upominek|upominki|towar|towary|rzecz|rzeczy|różne|rozne|części|czesci|część|akcesoria|próbka|próbki|
probka|probki|artykuł|artykuły|artykuly|produkt|produkty|odzież|odziez|przesyłka|paczka|i|do
"""
DUTCH: Final = """
cadeautje|cadeautjes|goederen|spullen|artikelen|onderdeel|onderdelen|diversen|monster|monsters|kleding|producten|
pakket|waar|huishoudelijke artikelen|en|voor|van|met
"""
PORTUGUESE: Final = """
presente|presentes|mercadoria|mercadorias|amostra|amostras|artigo|artigos|acessórios|acessorios|peça|peças|pecas|
produtos|coisa|coisas|diversos|roupa|roupas|para|com
"""
CHINESE: Final = """
lipin|liwu|shangpin|yangpin|riyongpin|riyong pin|baihuo|zahuo|huowu|wupin|peijian|
礼品|礼物|商品|样品|日用品|日用百货|百货|杂货|货物|物品|配件|
其他|其它
"""
VAGUE: Final = listed(
    f"{ENGLISH}|{CARGO}|{GERMAN}|{FRENCH}|{SPANISH}|{ITALIAN}|{POLISH}|{DUTCH}|{PORTUGUESE}|{CHINESE}"
)
"""A description made of nothing but these names no goods; one word beside them is enough to be heard."""

# ruff: noqa: ISC004  # long lines are two strings
"""Four passages and their translations, made for these tests."""

ENGLISH = (
    "The library opens at 9 and closes at 18 on weekdays. On Saturdays it stays closed, because the staff sort the "
    "returned books.",
    "Our neighbour planted 24 apple trees behind the house; in autumn, the whole street smells of ripe apples.",
    "Please write to info@example.org, or visit https://example.org/help, if the machine does not start.",
    "Run `make install`, then wait until the counter shows 100, and restart the computer.",
)
TRANSLATIONS = {
    "por_Latn": (
        "A biblioteca abre às 9 e fecha às 18 nos dias úteis. Aos sábados permanece fechada, porque os funcionários "
        "arrumam os livros devolvidos.",
        "O nosso vizinho plantou 24 macieiras atrás da casa; no outono, a rua inteira cheira a maçãs maduras.",
        "Por favor, escreva para info@example.org, ou visite https://example.org/help, se a máquina não ligar.",
        "Execute `make install`, depois espere até que o contador mostre 100, e reinicie o computador.",
    ),
    "spa_Latn": (
        "La biblioteca abre a las 9 y cierra a las 18 los días laborables. Los sábados permanece cerrada, porque el "
        "personal ordena los libros devueltos.",
        "Nuestro vecino plantó 24 manzanos detrás de la casa; en otoño, toda la calle huele a manzanas maduras.",
        "Por favor, escriba a info@example.org, o visite https://example.org/help, si la máquina no arranca.",
        "Ejecute `make install`, espere luego hasta que el contador muestre 100, y reinicie el ordenador.",
    ),
    "fra_Latn": (
        "La bibliothèque ouvre à 9 h et ferme à 18 h en semaine. Le samedi, elle reste fermée, car le personnel range "
        "les livres rendus.",
        "Notre voisin a planté 24 pommiers derrière la maison ; en automne, toute la rue sent la pomme mûre.",
        "Veuillez écrire à info@example.org, ou consulter https://example.org/help, si la machine ne démarre pas.",
        "Lancez `make install`, attendez ensuite que le compteur affiche 100, puis redémarrez l'ordinateur.",
    ),
    "deu_Latn": (
        "Die Bibliothek öffnet an Werktagen um 9 und schließt um 18 Uhr. Samstags bleibt sie geschlossen, weil das "
        "Personal die zurückgegebenen Bücher einordnet.",
        "Unser Nachbar hat hinter dem Haus 24 Apfelbäume gepflanzt; im Herbst riecht die ganze Straße nach reifen "
        "Äpfeln.",
        "Bitte schreiben Sie an info@example.org, oder besuchen Sie https://example.org/help, wenn die Maschine nicht "
        "anläuft.",
        "Führen Sie `make install` aus, warten Sie dann, bis der Zähler 100 anzeigt, und starten Sie den Rechner neu.",
    ),
    "ita_Latn": (
        "La biblioteca apre alle 9 e chiude alle 18 nei giorni feriali. Il sabato rimane chiusa, perché il personale "
        "riordina i libri restituiti.",
        "Il nostro vicino ha piantato 24 meli dietro la casa; in autunno, tutta la via profuma di mele mature.",
        "Si prega di scrivere a info@example.org, o di visitare https://example.org/help, se la macchina non si avvia.",
        "Eseguite `make install`, aspettate poi che il contatore mostri 100, e riavviate il computer.",
    ),
    "rus_Cyrl": (
        "Библиотека открывается в 9 и закрывается в 18 по будням. По субботам она закрыта, потому что сотрудники "
        "разбирают возвращённые книги.",
        "Наш сосед посадил за домом 24 яблони; осенью вся улица пахнет спелыми яблоками.",
        "Пожалуйста, пишите на info@example.org или зайдите на https://example.org/help, если машина не запускается.",
        "Выполните `make install`, затем подождите, пока счётчик не покажет 100, и перезагрузите компьютер.",
    ),
    "jpn_Jpan": (
        "図書館は平日の9時に開館し、18時に閉館します。土曜日は、職員が返却された本を整理するため、休館です。",
        "隣の人は家の裏にりんごの木を24本植えました。秋になると、通り全体が熟したりんごの香りに包まれます。",
        "機械が起動しない場合は、info@example.org にメールを送るか、https://example.org/help をご覧ください。",
        "`make install` を実行し、カウンターが100を示すまで待ってから、コンピューターを再起動してください。",
    ),
    "zho_Hans": (
        "图书馆工作日9点开门，18点关门。星期六不开放，因为工作人员要整理归还的图书。",
        "我们的邻居在屋后种了24棵苹果树；到了秋天，整条街都飘着熟苹果的香味。",
        "如果机器无法启动，请写信至 info@example.org，或访问 https://example.org/help。",
        "运行 `make install`，然后等到计数器显示100，再重新启动电脑。",
    ),
    "arb_Arab": (
        "تفتح المكتبة في الساعة 9 وتغلق في الساعة 18 أيام الأسبوع. وتبقى مغلقة يوم السبت، لأن الموظفين يرتبون الكتب "
        "المعادة.",
        "زرع جارنا 24 شجرة تفاح خلف المنزل؛ وفي الخريف، تفوح من الشارع كله رائحة التفاح الناضج.",
        "يرجى الكتابة إلى info@example.org، أو زيارة https://example.org/help، إذا لم تعمل الآلة.",
        "شغّل `make install`، ثم انتظر حتى يظهر العداد 100، وأعد تشغيل الحاسوب.",
    ),
}

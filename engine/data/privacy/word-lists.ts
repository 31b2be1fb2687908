/** Words of column names that tell what a column is about, in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish and Polish. */
export const nameWords = {
  email: ['email', 'mail', 'courriel', 'correo'],
  phone: [
    'phone',
    'telephone',
    'tel',
    'mobile',
    'cell',
    'fax',
    'telefon',
    'handy',
    'telefono',
    'telefone',
    'telefoon',
    'celular',
    'portable',
  ],
  person: [
    'name',
    'firstname',
    'lastname',
    'surname',
    'fullname',
    'forename',
    'vorname',
    'nachname',
    'familienname',
    'prenom',
    'nom',
    'nombre',
    'apellido',
    'apellidos',
    'nome',
    'cognome',
    'sobrenome',
    'naam',
    'voornaam',
    'achternaam',
    'namn',
    'fornamn',
    'efternamn',
    'imie',
    'nazwisko',
    'customer',
    'patient',
    'passenger',
    'employee',
    'kunde',
    'client',
  ],
  birth: [
    'birth',
    'birthdate',
    'birthday',
    'dob',
    'born',
    'geburtsdatum',
    'geburtstag',
    'geboren',
    'naissance',
    'nacimiento',
    'nascita',
    'nascimento',
    'geboortedatum',
    'fodelsedatum',
    'urodzenia',
  ],
  gender: [
    'gender',
    'sex',
    'geschlecht',
    'sexe',
    'genre',
    'sexo',
    'genero',
    'sesso',
    'genere',
    'geslacht',
    'kon',
    'plec',
  ],
  religion: ['religion', 'faith', 'konfession', 'religione', 'religiao', 'godsdienst', 'religia', 'wyznanie'],
  ethnicity: [
    'race',
    'ethnicity',
    'ethnic',
    'ethnie',
    'raza',
    'etnia',
    'raca',
    'etniciteit',
    'skin',
    'colour',
    'color',
    'rasse',
    'nationality',
    'nationalitat',
    'nationalite',
    'nacionalidad',
    'staatsangehorigkeit',
  ],
  health: [
    'health',
    'disease',
    'diagnosis',
    'diagnose',
    'illness',
    'disability',
    'pregnant',
    'medication',
    'hiv',
    'krankheit',
    'behinderung',
    'schwanger',
    'maladie',
    'sante',
    'handicap',
    'enfermedad',
    'salud',
    'discapacidad',
    'malattia',
    'salute',
    'doenca',
    'saude',
    'ziekte',
    'sjukdom',
    'choroba',
  ],
  age: ['age', 'alter', 'edad', 'eta', 'idade', 'leeftijd', 'alder', 'wiek'],
  marital: ['marital', 'familienstand', 'matrimonial', 'civil'],
} as const;

export type NameTopic = keyof typeof nameWords;

/** Given names that are frequent where these languages are spoken: evidence that texts name people. */
export const givenNames: ReadonlySet<string> = new Set(
  (
    'james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua ' +
    'kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon frank benjamin ' +
    'gregory samuel raymond patrick alexander jack henry peter arthur albert walter frederick harry mary patricia jennifer linda elizabeth barbara susan ' +
    'jessica sarah karen nancy lisa margaret betty sandra ashley dorothy kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura ' +
    'sharon cynthia kathleen amy shirley angela helen anna brenda pamela nicole ruth katherine samantha christine emma catherine virginia rachel carolyn janet ' +
    'maria heather diane julie joyce victoria kelly christina joan evelyn alice martha ellen florence annie hans klaus jurgen wolfgang gunter dieter heinz ' +
    'uwe stefan andreas markus jan tim lukas leon felix ursula monika petra sabine renate ingrid heike anja katja julia lena pierre jean michel philippe alain ' +
    'bernard jacques louis marie jeanne francoise monique isabelle nathalie sophie camille jose juan antonio francisco manuel carlos jesus javier miguel luis ' +
    'carmen ana isabel dolores pilar teresa lucia giuseppe giovanni mario luigi franco marco andrea giulia francesca chiara joao pedro paulo fernanda ' +
    'johan anders erik lars karl nils sven ingrid astrid jakub piotr krzysztof andrzej agnieszka katarzyna mohamed muhammad ahmed ali fatima omar hassan ' +
    'wei li chen ming priya rahul amit sanjay anita ravi yuki hiroshi kenji sakura'
  ).split(' '),
);

/** What streets are called. */
export const streetPattern =
  /\b(street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|way|weg|platz|allee|gasse|rue|chemin|calle|avenida|via|viale|piazza|rua|praca|laan|plein|vag|vagen|ulica|ul)\b|(strasse|str\.|straat|gatan|gata)/;

/** Invented names in many scripts, and companies. */
export const givenNames = ['Amelia', 'Björn', 'Chiara', 'Đorđe', 'Élodie', 'Fatima', 'Grzegorz', 'Håkon', 'Işıl', 'João', 'Katarzyna', 'Léa', 'Müge', 'Nuño', 'Olga', 'Øystein', 'Priya', 'Siobhán', 'Tomáš', 'Zoë'];
export const familyNames = ['Abernathy', "O'Neil", 'Brandão', 'Çelik', 'Dvořák', 'Eriksson', 'Fernández', 'Güneş', 'Hämäläinen', 'Ivanova', 'Jørgensen', 'Kowalczyk', 'Lindqvist', 'Müller', 'Nakamura', 'Østergaard', 'Papadopoulos', 'Ricci', 'Šimek', 'van der Berg'];
export const otherScripts = ['王小明', '田中太郎', '김민수', 'أحمد الخطيب', 'יעל כהן', 'Ελένη Παππά', 'Ирина Смирнова', 'ศรีสุดา วงศ์ไทย', 'अर्जुन शर्मा', '🌻 Sunny Gardens 🌻', 'Zoe\u0301 Combining', '👩‍👩‍👧 Family Café'];
export const companyHeads = ['Blue Heron', 'Cedar Point', 'Dunmore', 'Eastgate', 'Fernhill', 'Granite Bay', 'Harbour Lane', 'Iron Bridge', 'Juniper', 'Kestrel'];
export const companyTails = ['Landscaping', 'Bakery & Sons', 'Law LLP', 'Dental', 'Plumbing, Inc.', 'Film Studio', 'Freight', 'Nursery', 'Optics', 'Travel'];
export const streets = ['1 Main St.', '45 Oak Ave', '789 Elm Blvd', '12 Ocean Dr', '9 Ridge Rd'];
export const cities = [['Bayshore', 'CA', '94326'], ['Middlefield', 'CA', '94303'], ['Tucson', 'AZ', '85719'], ['Austin', 'TX', '78701']] as const;
export const malformed = ['Name <a@b.example.com>', 'mailto:sales@example.com', 'nobody@localhost', 'two words@example.com', 'a@@example.com', 'no-at.example.com'];

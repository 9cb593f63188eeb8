# Writes ruby-patterns.json, what Ruby answers for each pattern and each value of its group, and ruby-characters.json, which
# characters each class holds.
#
#     ruby test/oracles/ruby-patterns.rb
#
# Zendesk validates fields of type regexp with Ruby's Regexp, so Ruby itself is asked here.

require 'json'

$VERBOSE = nil # Ruby warns of patterns that it reads, such as [aa].

# In each group: values as JSON, one a line, an empty line, and patterns as they are.
GROUPS = {
  'names in several scripts' => <<~'LINES',
    "Miller"
    "Müller"
    "MÜLLER"
    "Mu\u0308ller"
    "Łukasz"
    "Ольга"
    "Ελένη"
    "山田"
    "O'Brien"
    "Anna Maria"
    "Anna\u00a0Maria"
    "Miller\n"
    "R2D2"
    "snake_case"
    "Ⅷ"
    ""

    \A[[:alpha:]]+\z
    \A[[:alpha:]]+\Z
    \A[[:alnum:]]+\z
    \A[[:upper:]][[:lower:]]+\z
    \A[[:word:]]+\z
    \A[[:^alpha:]]+\z
    [[:^ascii:]]
    \A[[:ascii:]]*\z
    \A[[:alpha:][:space:]']+\z
    \A[^[:alpha:]]+\z
    \A[[:print:]]+\z
    \A[[:graph:]]+\z
    \A\w+\z
    \A[\w]+\z
    \A[\w ]+\z
    \A[\w\s']*\z
    \A[^\W]+\z
    \A\W+\z
    \W
    \A[[:alpha:]\W]+\z
    \A[\w-]+\z
    \A[\w\-']+\z
    \A\p{L}+\z
    \A\p{Alpha}+\z
    \A\p{alpha}+\z
    \A\p{Alnum}+\z
    \A\p{Word}+\z
    \A\p{Lu}\p{Ll}+\z
    \A\p{Upper}\p{Lower}+\z
    \A[\p{L}\p{M}' ]+\z
    \A\p{Latin}+\z
    \A\p{Cyrillic}+\z
    \A\p{Greek}+\z
    \A\p{Han}+\z
    \A\p{Hiragana}+\z
    \A\p{^L}+\z
    \A\P{L}+\z
    \A[\p{L}&&[^\p{Latin}]]+\z
    \A[[:alpha:]&&[^M]]+\z
    \A[\w&&[^\d_]]+\z
    \A[A-Za-z]+\z
    \A[A-Za-zÀ-ž]+\z
    \A.{6}\z
    \A.+\z
    \A\X{6}\z
    \b
    \bM
    r\b
    ü\b
    \A\w+\b\z
    \A\b.+\b\z
    \Bl
    (?i)\Amüller\z
    (?i)müller
    \A(?i:mü)LLER\z
    \A(?i:MÜ)ller\z
    (?i)\A[a-z]+\z
    (?i)\A[[:lower:]]+\z
    (?i)\A\p{Lower}+\z
    (?i)ольга
  LINES

  'digits and white space' => <<~'LINES',
    "12"
    "٣٤"
    "１２"
    "½"
    "²"
    " "
    "\t"
    "\n"
    "\u000b"
    "\f"
    "\r"
    "\u0085"
    "\u00a0"
    "\u2003"
    "\u2028"
    "\u3000"
    "\ufeff"
    "a"
    "F"
    "g"
    "_"
    "-"
    "!"
    "€"
    "+"
    "、"
    "\u0000"
    "\u001b"
    "\u0007"
    "😀"

    \A\d+\z
    \A\D+\z
    \A[\d]+\z
    \A[^\d]+\z
    \A[[:digit:]]+\z
    \A\p{Digit}+\z
    \A\p{Nd}+\z
    \A\p{N}+\z
    \A\h+\z
    \A\H+\z
    \A[\h]+\z
    \A[^\h]+\z
    \A[\H]+\z
    \A[[:xdigit:]]+\z
    \A\p{XDigit}+\z
    \A\s\z
    \A\S\z
    \A[\s]\z
    \A[^\s]\z
    \A[[:space:]]\z
    \A\p{Space}\z
    \A[[:blank:]]\z
    \A\p{Blank}\z
    \A\p{Zs}\z
    \A[[:cntrl:]]\z
    \A\p{Cntrl}\z
    \A[[:punct:]]\z
    \A\p{Punct}\z
    \A\p{P}\z
    \A\p{S}\z
    \A\p{Sc}\z
    \A[[:print:]]\z
    \A[[:graph:]]\z
    \A\R\z
    \A.\z
    \A(?m).\z
    (?m:\A.\z)
    \A\N\z
    \A\O\z
    \A\x0a\z
    \A\x0A\z
    \A\t\z
    \A\v\z
    \A\f\z
    \A\e\z
    \A\a\z
    \A\0\z
    \A\012\z
    \A\cJ\z
    \A\C-J\z
    \A\u0085\z
    \A\u{85}\z
    \A\u{41 61}\z
    \A\x61\z
    \A\xE2\x82\xAC\z
    \A[\u0041-\u005A]\z
    \A[[:foo:]]\z
    \A\w\z
    (?a)\A[[:alpha:]]\z
    (?u)\A\w\z
    (?d)\A\w\z
    \A(?a:\p{Digit})+\z
    \A(?u:\d)+\z
    \A\p{Emoji}\z
    \A[^\x00-\x7F]\z
    \A[!-~]\z
    \A\p{In_Basic_Latin}\z
    \A\p{InBasicLatin}\z
    \A\p{ASCII}\z
    \A\p{Any}\z
    \A\p{Assigned}\z
  LINES

  'lines and ends' => <<~'LINES',
    "abc"
    "abc\n"
    "abc\n\n"
    "\nabc"
    "x\nabc\ny"
    "abc\r\n"
    "abc\r"
    "ABC"
    "ab\nc"
    "xabc"
    "abcabc"
    ""
    "\n"

    ^abc$
    \Aabc\z
    \Aabc\Z
    \Aabc$
    ^abc\z
    ^abc\Z
    ^$
    \A\z
    \A\Z
    \Z
    ^
    $
    $^
    ^\n
    \n$
    \n^
    c$\n
    (?m)^a.c
    (?m)ab.c
    (?m:a.*)y
    (?-m)ab.c
    ab.c
    (?s)ab.c
    (?i)^ABC$
    (?im)^AB.C$
    (?i-m)^ABC$
    (?mi-x:a)bc
    (?x) a b c
    (?x)
    (?x) \A a b c # the rest is a comment
    (?x) \A a\ b
    (?x) [ a ] b
    (?x) a b c \z
    \Gabc
    ab(?#a comment)c
    ab\Kc
    \A(?:abc){2}\z
    a(?i)bc
    a(?i)b|C
    A(?i:b)C
    (?i)a(?-i)bc
  LINES

  'repetition' => <<~'LINES',
    ""
    "a"
    "aa"
    "aaa"
    "aaaa"
    "aaaaa"
    "aaaaaa"
    "b"
    "ab"
    "aab"
    "aaab"
    "abab"
    "a{2}"
    "a{,2}"
    "a{2,}"
    "a{,}"
    "a{x}"
    "{"
    "}"
    "]"
    "a+"

    \Aa{2}\z
    \Aa{2,}\z
    \Aa{,2}\z
    \Aa{2,3}\z
    \Aa{3,2}\z
    \Aa{0}\z
    \Aa{,}\z
    \Aa{x}\z
    \Aa{2}{2}\z
    \Aa{2}+\z
    \Aa{2}?\z
    \Aa{2,3}?\z
    \Aa{2,3}+\z
    \Aa{2,3}*\z
    \Aa{1,2}{2}\z
    \Aa**\z
    \Aa+?\z
    \Aa*?b\z
    \Aa??\z
    \Aa?+a\z
    \Aa*+a\z
    \Aa++\z
    \Aa++a\z
    \Aa++b\z
    \Aa+*\z
    \Aa+?*\z
    \A(?>a+)a\z
    \A(?>a+)b\z
    \A(?>a|ab)b\z
    \A(?>ab|a)b\z
    \A(?:a|ab)+\z
    \A(a+)+\z
    \A(a|b)*+\z
    \A(?:ab){2}+\z
    {
    }
    ]
    \A{\z
    \A}\z
    \A]\z
    a{
    a{2
    a{,2
    *a
    +a
    ?a
    a|*
    (*)
    ^*
    \A*a
    \b+
    (?=a)*b
    (?:)
    ()
    a||b
    |
    \A(|a)\z
    a{100001}
    a{100000}
    \A(?:a{0,3}){0,2}\z
    \A[{]\z
    \A[]]\z
    \A[]a]\z
    \A[^]]\z
    []
    [^]
    [a
    [a-
    a]
    \A[a-]+\z
    \A[-a]+\z
    \A[a\-b]+\z
    \A[b-a]\z
    \A[a-b-c]+\z
    \A[+--]\z
    \A[a&&b]\z
    \A[ab&&a]+\z
    \A[a-z&&[^b]]+\z
    \A[^a&&b]\z
    \A[a[b]]+\z
    \A[a[^b]]+\z
    \A[^a[b]]+\z
    \A[[a]]+\z
    \A[a&&]\z
    \A[&&a]\z
    \A[\b]\z
    \A[\w&&a]+\z
  LINES

  'groups, references, conditions and a look around' => <<~'LINES',
    "aa"
    "ab"
    "ba"
    "bb"
    "abab"
    "abba"
    "aabb"
    "AbaB"
    "AA"
    "aA"
    "racecar"
    "((()))"
    "(()"
    "2026-12"
    "2026-13"
    "key=value"
    "\"quoted\""
    "'quoted'"
    "\"quoted'"
    "price: €12"
    "k"
    "g"
    "x"

    \A(a|b)\1\z
    \A(?<n>a|b)\k<n>\z
    \A(?'n'a|b)\k'n'\z
    \A(?<n>a|b)\1\z
    \A(?<n>a)(b)\z
    \A(?<n>a)|(?<n>b)\z
    \A(?:(?<n>a)|(?<n>b))\k<n>\z
    \A(a)(b)\2\1\z
    \A(a|b)(a|b)\k<-1>\k<-2>\z
    \A(a|b)(a|b)\k<1>\k<2>\z
    \A(?<n>a)(?<m>b)\k<n>\k<m>\z
    \A(?i:(a))\1\z
    \A(a)(?i:\1)\z
    (?i)\A(a)\1\z
    \A(?i)(?<n>a)(?<m>b)\k<n>\k<m>\z
    \1(a)
    \A(a\1)
    \A(a)\2
    \A(a)\10
    \k<n>
    \A(?<n>a)\k<m>
    \A(?<1a>a)
    \A(?<n-m>a)b
    \A(?<ü>a)b
    \A(?<>a)
    (?P<n>a)
    (?<n>a
    (a
    a)
    (?a
    (?z)a
    (?
    (
    )
    \
    a\
    \A(?<year>\d{4})-(?!13)
    \A\d{4}-(?=12)
    (?<=-)12
    (?<!-)2
    (?<=key=)value
    (?<=key|k)=
    (?<=(a|b))b
    (?<=a+)b
    (?<=a{1,3})b
    (?<=a|bb)b
    (?<=ab|a)b
    (?<!a|bb)b
    (?<=(?:key|k))=
    (?<=^k)
    (?<=\d)-
    (?<!(a))b
    (?<=a(?=b))b
    (?<=a(?!b))b
    (?<=a(?<!b))b
    (?<!a(?<=a))b
    (?<=\Aa)b
    (?<=€)\d
    (?<=\p{Sc})\d+
    (?!a)b
    (?=.*b)(?=.*a)
    \A(?=[^b]*b)\w+\z
    \A(["']).*\1\z
    \A(?<q>["'])\w+\k<q>\z
    \A(?<p>\((?:\g<p>)*\))\z
    \A(?<p>|.|(?:(?<c>.)\g<p>\k<c+0>))\z
    \A(a|b\g<1>)\z
    \A\g<n>(?<n>a|b)\z
    \A(a|b)\g<1>\z
    \g<0>
    a\g<0>?b
    \A(a)?(?(1)b|x)
    \A(?<n>a)?(?(<n>)b|x)
    (?(1)a|b)
    (?~ab)
    \A(?~bb)\z
    \A(?>(?<n>a))\k<n>\z
    \k
    \g
    \A(?^a)
    (?#)
    (?#a
    (?<n>(?<m>a)\k<m>)
    (?{a})
    (*FAIL)
    (?:a|b
    \p{Foo}
    \p{
    \p
    \pL
    \x
    \x{61}
    \u
    \u12
    \u{110000}
    \u{}
    \c
    \C
    \M-a
    \y
    \q
    \Q
    \E
    \i
    \j
    \o
    \ä
    \/
    \-
    \#
    \"
    \ 
    /a/
    #
    #{a}
  LINES

  'case' => <<~'LINES',
    "s"
    "S"
    "ſ"
    "k"
    "K"
    "\u212a"
    "ß"
    "ẞ"
    "ss"
    "SS"
    "i"
    "I"
    "ı"
    "İ"
    "å"
    "Å"
    "\u212b"
    "σ"
    "ς"
    "Σ"
    "ﬁ"
    "fi"
    "ǆ"
    "ǅ"
    "Ǆ"
    "straße"
    "STRASSE"
    "µ"
    "μ"
    "_"
    "9"

    (?i)\As\z
    (?i)\A[s]\z
    (?i)\A[a-z]\z
    (?i)\A[A-Z]\z
    (?i)\A[^a-z]\z
    (?i)\A\w\z
    (?i)\A\W\z
    (?i)\A[\w]\z
    (?i)\A[^\w]\z
    (?i)\A\h\z
    (?i)\A\d\z
    (?i)\A[[:alpha:]]\z
    (?i)\A[[:upper:]]\z
    (?i)\A\p{Lu}\z
    (?i)\A\p{Ll}\z
    (?i)\A[[:lower:]]\z
    (?i)\Ak\z
    (?i)\Aß\z
    (?i)\A[ß]\z
    (?i)\Ass\z
    (?i)\As+\z
    (?i)\A[s]+\z
    (?i)\Ai\z
    (?i)\Aı\z
    (?i)\Aİ\z
    (?i)\Aå\z
    (?i)\Aσ\z
    (?i)\Aς\z
    (?i)\Afi\z
    (?i)\Aﬁ\z
    (?i)\Aǆ\z
    (?i)\Astraße\z
    (?i)\Astrasse\z
    (?i)\Aµ\z
    (?i)(?-i)\As\z
  LINES

  'patterns as people write them' => <<~'LINES',
    "ABC-123"
    "abc-123"
    "AB-1234"
    "ABC-12\nx"
    "A1"
    "2026-03-31"
    "2026-13-01"
    "2026-3-1"
    "31.03.2026"
    "12345"
    "12345-6789"
    "D-80331"
    "SW1A 1AA"
    "DE123456789"
    "de 123 456 789"
    "ATU12345678"
    "anna@example.com"
    "ANNA.MARIA+x@mail.example.co.uk"
    "anna@"
    "ünä@example.com"
    "https://example.com/a?b=c"
    "http://example.com"
    "ftp://example.com"
    "(555) 010-9999"
    "555-010-9999"
    "+15550109999"
    "+1 555 010 9999"
    "192.0.2.1"
    "999.0.2.1"
    "550e8400-e29b-41d4-a716-446655440000"
    "9130357992221046"
    "€ 12.50"
    "$12.50"
    "1,234.56"
    "12.5"
    "#00ff7F"
    "#fff"
    "gold"
    "Gold"
    "golden"
    "N/A"
    "Zoë Å. Müller-Łuk"
    "  padded  "
    ""

    \A([0-9]{4})-(1[0-2]|0[1-9])-(3[01]|[12][0-9]|0[1-9])\z
    \A[A-Z]{3}-\d+\z
    \A[A-Z]{3}-[0-9]{3}\z
    \A[A-Z]{2}-[0-9]{4}\z
    ^[A-Z]{3}-\d{2}$
    ^(?:[A-Z]+-)*[0-9]+$
    (?i)\A[a-z]{3}-\d+\z
    \A\d{5}(-\d{4})?\z
    ^\d{5}(?:[-\s]\d{4})?$
    \A(?:[A-Z]-)?\d{5}\z
    \A[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\z
    \A(DE)?[0-9]{9}\z
    \A(?i:de)\s?(?:\d{3}\s?){3}\z
    \A(AT)?U[0-9]{8}\z
    \A[\w+\-.]+@[a-z\d\-]+(\.[a-z\d\-]+)*\.[a-z]+\z
    (?i)\A[\w+\-.]+@[a-z\d\-]+(\.[a-z\d\-]+)*\.[a-z]+\z
    \A[^@\s]+@[^@\s]+\z
    \A[^@\s]+@([^@\s]+\.)+[^@\s]+\z
    ^[\w.%+-]+@example\.com$
    \Ahttps?:\/\/[\S]+\z
    \Ahttps?://
    \A(https?|ftp)://[^\s/$.?#].[^\s]*\z
    \A\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\z
    \A\+?[1-9]\d{1,14}\z
    \A\+[1-9][0-9 ]+\z
    \A(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\z)|\z)){4}\z
    \A\h{8}-(?:\h{4}-){3}\h{12}\z
    \A#(?:\h{3}){1,2}\z
    \A\d{16}\z
    \A\d{1,3}(,\d{3})*(\.\d+)?\z
    \A[$€£] ?\d+(\.\d{2})?\z
    \A\p{Sc}\s?\d+\.\d\d\z
    \A-?\d+(\.\d+)?\z
    \A(gold|silver|bronze)\z
    (?i)\A(gold|silver|bronze)\z
    gold|silver
    ^gold$|^silver$
    \A(?!N/A\z).+\z
    \A(?=.*[A-Z])(?=.*\d).{2,}\z
    \A\S(?:.*\S)?\z
    \A[\p{L}\p{M}'. -]+\z
    \A[[:alpha:]'. -]+\z
    \A[[:upper:]][[:alpha:]]*([ '.-]+[[:upper:]][[:alpha:]]*)*\.?\z
    \A.{0,10}\z
    \A.{1,255}\z
    .*
    .+
    \A\s*\z
    \A\s+|\s+\z
    \A[^<>]*\z
    [0-9]
    \A[A-Z0-9]+\z
    \A(?<prefix>[A-Z]+)-?(?<number>\d+)\z
    \A(\w)(\w).*\z
  LINES
}.freeze

CLASSES = %w[alpha digit alnum upper lower space blank cntrl xdigit word punct print graph ascii].freeze
PROPERTIES = %w[Alpha Upper Lower Word Punct Space L Lu Ll M N Nd P S Sc Z].freeze

# Every character of the Latin, Greek and Cyrillic alphabets, of general punctuation and of the currencies.
CHARACTERS = [0x00..0x24f, 0x370..0x45f, 0x2000..0x2064, 0x20a0..0x20bf, 0xff01..0xff5e]
  .flat_map(&:to_a).map { |code| [code].pack('U') }.select { |char| char.match?(/\p{Assigned}/) }.freeze
SETS = CLASSES.flat_map { |name| ["[[:#{name}:]]", "[[:^#{name}:]]"] } +
                     PROPERTIES.flat_map { |name| ["\\p{#{name}}", "\\P{#{name}}"] } +
                     %w[w d s h].flat_map { |letter| ["\\#{letter}", "\\#{letter.upcase}"] }

def answers(pattern, values)
  regexp = Regexp.new(pattern)
  { pattern: pattern, accepts: values.select { |value| regexp.match?(value) } }
rescue RegexpError => e
  { pattern: pattern, invalid: e.message.sub(/: \/.*\z/m, '') }
end

def lines_of(list)
  list.map { |item| JSON.generate(item) }.join(",\n")
end

groups = GROUPS.map do |name, lines|
  values, patterns = lines.split("\n\n", 2)
  values = values.lines.map { |line| JSON.parse(line) }
  { name: name, values: values, cases: patterns.lines.map { |line| answers(line.delete_suffix("\n"), values) } }
end

# One line per pattern, so that a change shows as one.
text = groups.map do |group|
  %({"name":#{JSON.generate(group[:name])},"values":#{JSON.generate(group[:values])},"cases":[\n#{lines_of(group[:cases])}\n]})
end
out = File.expand_path('ruby-patterns.json', __dir__)
File.write(out, %({"madeWith":#{JSON.generate(RUBY_DESCRIPTION)},"groups":[\n#{text.join(",\n")}\n]}\n))

sets = SETS.map { |pattern| { pattern: pattern, holds: CHARACTERS.grep(/\A#{pattern}\z/).join } }
out = File.expand_path('ruby-characters.json', __dir__)
File.write(out, %({"madeWith":#{JSON.generate(RUBY_DESCRIPTION)},"characters":#{JSON.generate(CHARACTERS.join)},"sets":[\n#{lines_of(sets)}\n]}\n))

puts "#{groups.sum { |g| g[:cases].size }} patterns, #{groups.sum { |g| g[:cases].size * g[:values].size }} pairs"

# Writes liquid.json: what Shopify's Liquid renders for each template, and whether a condition holds.
#
#     TZ=UTC ruby test/oracles/liquid.rb
#
# It needs the gems liquid and activesupport. Templates of a mapping are Liquid, which liquidjs implements for us; this is the original.

require 'json'
require 'active_support/core_ext/object/blank' # Shopify's Liquid runs in Rails, which knows what is blank.
require 'liquid'

SCOPE = {
  name: 'Anna Müller', company: "  Kestrel & Sons\n", note: "one\ntwo\r\nthree", html: '<b>bold</b> &amp; <i>it</i>',
  empty: '', blank: '   ', nothing: nil, yes: true, no: false, zero: 0, count: 3, price: 12.5, text_number: '7',
  text_decimal: '1.50', negative: -7, big: 9_007_199_254_740_991, list: %w[b A c a], numbers: [3, 1, 2, 1], none: [],
  mixed: ['a', nil, 'b'], people: [{ name: 'Bo', age: 30, active: true }, { name: 'al', age: 4 }, { name: 'Cy', age: 30, active: false }],
  address: { city: 'Tucson', lines: ['1 Main St', 'Suite 2'] }, date: '2026-03-01', time: '2026-03-01T09:05:07Z', emoji: 'a😀b'
}.freeze
SCOPE_JSON = JSON.generate(SCOPE).freeze

VALUES = %w[name company empty nothing yes no zero count price text_number text_decimal negative list none address.city address.lines
            address.lines[1] address['city'] list[0] list[-1] list[9] list.first list.last list.size name.size people[0].name missing
            missing.deep address.city.deep emoji 1 1.0 -2.50 "text" 'text' nil true false blank empty (1..3)].freeze

TEXTS = %w[name company note html empty nothing missing text_number address.city emoji].freeze
TEXT_FILTERS = [
  'append: "!"', 'append: count', 'base64_encode', 'capitalize', 'default: "none"', 'downcase', 'upcase', 'escape', 'escape_once',
  'lstrip', 'rstrip', 'strip', 'strip_html', 'strip_newlines', 'newline_to_br', 'prepend: "Dr "',
  'remove: "n"', 'remove_first: "n"', 'remove_last: "n"', 'replace: "n", "m"', 'replace_first: "n", "m"', 'replace_last: "n", "m"', 'replace: "n"',
  'size', 'slice: 0', 'slice: 1, 3', 'slice: -3, 2', 'slice: 20', 'split: " " | join: "-"', 'split: "" | join: "-"', 'split: "n" | join: "-"',
  'truncate: 6', 'truncate: 6, ""', 'truncate: 6, "…"', 'truncate: 50', 'truncatewords: 1', 'truncatewords: 2', 'truncatewords: 1, ""', 'url_encode', 'url_decode'
].freeze

NUMBERS = %w[zero count price text_number text_decimal negative big nothing name].freeze
NUMBER_FILTERS = [
  'abs', 'at_least: 5', 'at_most: 5', 'ceil', 'floor', 'round', 'round: 1', 'default: 9', 'append: " pieces"',
  'divided_by: 2', 'divided_by: 4.0', 'times: 2', 'times: 1.5', 'times: 0.1', 'plus: 1', 'plus: 0.2', 'plus: "1"', 'minus: 1', 'modulo: 3', 'modulo: 2.5'
].freeze

LISTS = %w[list numbers none mixed address.lines].freeze
LIST_FILTERS = [
  'first', 'last', 'size', 'join', 'join: "-"', 'reverse | join: "-"', 'sort_natural | join: "-"', 'uniq | join: "-"', 'compact | join: "-"',
  'concat: list | join: "-"', 'slice: 1, 2 | join: "-"', 'default: "none"'
].freeze

OTHERS = [
  '{{ people | map: "name" | join: "," }}', '{{ people | map: "none" | join: "," }}', '{{ people | where: "age", 30 | map: "name" | join: "," }}',
  '{{ people | where: "active" | map: "name" | join: "," }}', '{{ people | where: "active", false | map: "name" | join: "," }}',
  '{{ people | sort: "name" | map: "name" | join: "," }}', '{{ people | sort_natural: "name" | map: "name" | join: "," }}', '{{ people | sort: "age" | map: "name" | join: "," }}',
  '{{ people | uniq: "age" | map: "name" | join: "," }}', '{{ people | compact: "active" | map: "name" | join: "," }}', '{{ numbers | sort | join: "," }}', '{{ numbers | uniq | join: "," }}',
  '{{ name | upcase | split: " " | last }}', '{{ "QW5uYQ==" | base64_decode }}', '{{ "a%20b+c" | url_decode }}', '{{ "a b&c/d?é" | url_encode }}', '{{ "ümlaut" | capitalize }}', '{{ "ABC def" | capitalize }}',
  '{{ "SMALL ÄÖÜ" | downcase }}', '{{ "straße" | upcase }}', '{{ "\'<>&quot;" | escape }}', '{{ "1 < 2 &lt; 3" | escape_once }}',
  '{{ 0.1 | plus: 0.2 }}', '{{ 1.10 | times: 3 }}', '{{ 7 | divided_by: 2 }}', '{{ -7 | divided_by: 2 }}', '{{ 7.0 | divided_by: 2 }}', '{{ "7" | divided_by: "2" }}',
  '{{ 5 | modulo: -3 }}', '{{ -5 | modulo: 3 }}', '{{ 2.5 | round }}', '{{ 3.5 | round }}', '{{ -2.5 | round }}', '{{ 1.005 | round: 2 }}', '{{ 1234.567 | round: -2 }}', '{{ 4.0 }}', '{{ 4.0 | plus: 1 }}',
  '{{ 1e3 }}', '{{ 100000000000000000000 }}', '{{ 0.00001 }}', '{{ 1.5 | ceil }}', '{{ "1.5" | floor }}', '{{ "x" | plus: 1 }}', '{{ "" | plus: 1 }}', '{{ nothing | plus: 1 }}', '{{ "3 apples" | plus: 1 }}',
  '{% if name %}yes{% else %}no{% endif %}', '{% unless no %}ok{% endunless %}', '{% case count %}{% when 1, 2 %}few{% when 3 %}three{% else %}many{% endcase %}',
  '{% for one in list %}{{ one }}{% unless forloop.last %},{% endunless %}{% endfor %}', '{% for one in list limit: 2 offset: 1 %}{{ forloop.index }}{{ one }}{% endfor %}',
  '{% for one in list reversed %}{{ one }}{% endfor %}', '{% for one in none %}x{% else %}none{% endfor %}', '{% for i in (1..count) %}{{ i }}{% endfor %}',
  '{% for one in list %}{% if one == "A" %}{% continue %}{% endif %}{% if one == "a" %}{% break %}{% endif %}{{ one }}{% endfor %}',
  '{% for pair in address %}{{ pair[0] }};{% endfor %}', '{% assign x = name | downcase %}{{ x }}', '{% capture x %}<{{ name }}>{% endcapture %}{{ x }}',
  '{% comment %}no{% endcomment %}a', '{% raw %}{{ name }}{% endraw %}', "a {{- name -}} b", "{%- if yes -%} a {%- endif -%} b", '{% cycle "a", "b" %}{% cycle "a", "b" %}',
  '{% increment i %}{% increment i %}{% decrement j %}', '{% echo name | upcase %}', "{% liquid\nassign y = 1\necho y\n%}", '{{ name', '{{ name | upcase: }}', '{% if %}{% endif %}', '{% if name %}', '{{ }}', '{{ | upcase }}', '{% nope %}', '{{ "unclosed }}',
  '{{ name | nope }}', '{{ name | truncate: "x" }}', '{{ 1 | divided_by: 0 }}', '{{ 1.0 | divided_by: 0 }}', '{{ 1 | modulo: 0 }}'
].freeze

DATES = %w[%Y-%m-%d %d.%m.%Y %-d.%-m.%y %e %d\ %B\ %Y %b\ %-d,\ %Y %A %a %j %U %W %u %w %V %G %C %H:%M:%S %I:%M\ %p %l %k %P %y %h %D %F %T %R %r %c %x %X %s %z %Z %% %L %N %n %t %^a %^B %03d %_m %q]
        .flat_map { |format| ["{{ date | date: \"#{format}\" }}", "{{ time | date: \"#{format}\" }}"] }.freeze

OPERANDS = ['name', 'nothing', 'missing', 'empty', 'blank', 'yes', 'no', 'zero', 'count', 'text_number', 'list', 'none', '"Anna Müller"', '3', '"3"', '3.0', 'nil', 'true', '""'].freeze
CONDITIONS = OPERANDS + OPERANDS.product(%w[== != >], OPERANDS).map { |parts| parts.join(' ') } + [
  'zero <= 0', 'count >= 3', 'count < 3.5', 'price > count', 'negative < zero', 'name < "B"', 'yes and no or yes', 'yes or yes and no', 'no and yes or yes', 'no or yes and yes',
  'name contains "nna"', 'name contains "NNA"', 'list contains "A"', 'list contains "x"', 'numbers contains 3', 'address contains "city"', 'name.size > 5', 'list.size == 4', 'none.size == 0', 'none == empty',
  'empty == empty', 'empty == blank', 'none == blank', 'no == blank', 'nothing == blank', 'missing == blank', 'zero == blank', 'address == empty', 'list[0] == "b"', 'address.city == "Tucson"',
  'date > "2026-02-28"', 'date < "2026-1-1"', '1 == 1.0', '"1" == 1', 'name contains ""', 'empty contains "a"', 'nothing contains "a"', 'list contains nothing', 'text_number == 7', 'text_number > 6', 'nothing > 1', 'nothing < 1', 'missing != nil', 'true == yes', 'name != blank and company contains "Sons"'
].uniq.freeze

def render(template)
  parsed = Liquid::Template.parse(template, error_mode: :strict)
  { template: template, renders: parsed.render!(JSON.parse(SCOPE_JSON), strict_filters: true) }
rescue Liquid::Error => e
  { template: template, fails: e.class.name.delete_prefix('Liquid::') }
end

def condition(text)
  answer = render("{% if #{text} %}1{% else %}0{% endif %}")
  answer.key?(:fails) ? { condition: text, fails: answer[:fails] } : { condition: text, holds: answer[:renders] == '1' }
end

FILTERED = TEXTS.product(TEXT_FILTERS) + NUMBERS.product(NUMBER_FILTERS) + LISTS.product(LIST_FILTERS)
templates = VALUES.map { |value| "{{ #{value} }}" } + FILTERED.map { |value, filter| "{{ #{value} | #{filter} }}" } + OTHERS + DATES
lines = ->(list) { list.map { |item| JSON.generate(item) }.join(",\n") }
File.write(File.expand_path('liquid.json', __dir__), <<~JSON)
  {"madeWith":"liquid #{Liquid::VERSION}, ruby #{RUBY_VERSION}",
  "scope":#{SCOPE_JSON},
  "templates":[
  #{lines[templates.map { |template| render(template) }]}
  ],
  "conditions":[
  #{lines[CONDITIONS.map { |text| condition(text) }]}
  ]}
JSON

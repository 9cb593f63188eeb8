# Writes rails-zones.json: the time zones of Rails by name, in two versions, and which of them share a clock with which IANA zone.
#
#     ruby test/oracles/rails-zones.rb VERSION FILE FOLDER
#
# It needs the gems activesupport and tzinfo. FILE is activesupport/lib/active_support/values/time_zone.rb of a later VERSION,
# and FOLDER is tzdata/zoneinfo of the Python package tzdata, which holds compiled zones.

require 'active_support/all'
require 'json'

version, file, folder = ARGV
TZInfo::DataSource.set(:zoneinfo, folder)
later = eval(File.read(file)[/MAPPING = (\{.*?^ *\})/m, 1]) # rubocop:disable Security/Eval

# A clock is the offset from UTC at noon of every day of a year.
NOONS = (Time.utc(2027, 1, 1, 12).to_i...Time.utc(2028).to_i).step(24 * 3600).to_a.freeze
CLOCKS = Hash.new do |clocks, id|
  zone = TZInfo::Timezone.get(id)
  clocks[id] = NOONS.map { |at| zone.period_for(Time.at(at).utc).observed_utc_offset }.hash
end

names = later.keys.group_by { |name| CLOCKS[later[name]] }
ids = TZInfo::Timezone.all_identifiers.sort - ["Factory"] # the zone of a computer that nobody has set up
clocks = ids.group_by { |id| CLOCKS[id] }.map do |clock, zones|
  JSON.generate(zones: zones, names: names.fetch(clock, []))
end

made_with = "activesupport #{ActiveSupport::VERSION::STRING} and #{version}, " \
            "tzdata #{File.read(File.join(folder, 'tzdata.zi'))[/version (\S+)/, 1]}"
out = File.expand_path('rails-zones.json', __dir__)
File.write(out, <<~JSON)
  {"madeWith":#{made_with.to_json},
  "earlier":#{JSON.pretty_generate(ActiveSupport::TimeZone::MAPPING)},
  "later":#{JSON.pretty_generate(later)},
  "clocks":[
  #{clocks.join(",\n")}
  ]}
JSON

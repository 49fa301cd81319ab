# Reads "a<TAB>b" lines, writes the relation of a to b by Gem::Version, or "!" where one is no version.
STDIN.each_line do |line|
  left, right = line.chomp.split("\t", -1)
  if Gem::Version.correct?(left) && Gem::Version.correct?(right)
    puts '<=>'[1 + (Gem::Version.new(left) <=> Gem::Version.new(right))]
  else
    puts '!'
  end
end

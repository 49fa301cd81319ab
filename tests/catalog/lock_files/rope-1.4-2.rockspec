local number = "1.4"
package = "rope"
version = number .. "-2"
source = { url = "file://x" }
dependencies = {}
build = { type = "builtin", modules = { rope = "mast.lua" } }

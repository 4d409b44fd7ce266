# A stub that starts in a millisecond: `sh stub.fixture.sh FILE [WORD]` notes its process id in FILE, and dies
# of an entry whose first word is WORD. Every other is valid, and points to where it says.
while read -r line; do
  id=${line#'{"id":'}
  id=${id%%,*}
  case $line in
    *'"op":"hello"'*)
      echo $$ >> "$1"
      echo '{"id":'"$id"',"name":"shell","profile":"any","areas":["entry"]}' ;;
    *'"op":"run"'*)
      word=${line#*'"words":["'}
      word=${word%%'"'*}
      if [ "$word" = "$2" ]; then
        echo 'assertion failed: walk depth' >&2
        kill -ABRT $$
      fi
      echo '{"id":'"$id"',"observation":{"fault":null,"fields":{"CTP":"'"$(printf 0x%x $((word - 1)))"'"}}}' ;;
    *) exit ;;
  esac
done

# The happy stub once more, as a shell script that starts in a millisecond: `sh stub.fixture.sh FILE` notes
# its process id in FILE.
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
      echo '{"id":'"$id"',"observation":{"fault":'"$((word & 255))"'}}' ;;
    *) exit ;;
  esac
done

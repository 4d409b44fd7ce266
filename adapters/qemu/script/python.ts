/**
 * The part of every script that is the same: a machine of QEMU and its qtest protocol on standard input and output.
 * No more than Python's own library. The words of `request` are those of answer-words.ts.
 */

/** Expects REGISTERS, RECORDS, EDU, ARGUMENTS, FORMER_NAMES, SET_UP, MEMORY and the layout to be defined above it. */
export const machinePart = String.raw`
# Seconds: a command takes less than one.
LIMIT = 30
folder = tempfile.mkdtemp(prefix="qtest-")
trying = False


def stop(status, *lines):
    print(*lines, sep="\n")
    if qemu.poll() is None:
        qemu.kill()
    shutil.rmtree(folder)
    sys.exit(status)


def failed(what):
    if trying and EXPECT_DEATH:
        stop(1, what, "BUG: QEMU does not survive the case")
    stop(2, what, "the case could not be tried to its end")


def ended():
    failed("QEMU ended with status %d" % qemu.wait())


def hangs(*_):
    failed("QEMU does not answer for %d s" % LIMIT)


def command(*words):
    signal.alarm(LIMIT)
    try:
        qemu.stdin.write((" ".join(word if isinstance(word, str) else hex(word) for word in words) + "\n").encode())
        qemu.stdin.flush()
        reply = b"IRQ"
        while reply.startswith(b"IRQ"):
            reply = qemu.stdout.readline()
    except BrokenPipeError:
        ended()
    signal.alarm(0)
    if not reply:
        ended()
    if not reply.startswith(b"OK"):
        stop(2, "qtest: %s: %s" % (words[0], reply.decode().strip()))
    return int((reply.split() + [b"0"])[1], 16)


results = []


def writeq(address, value):
    command("writeq", address, value)


def writel(address, value):
    command("writel", address, value)


def readq(address):
    results.append(command("readq", address))


def readl(address):
    results.append(command("readl", address))


def store(address, *words):
    command("write", address, 8 * len(words), "0x" + struct.pack("<%dQ" % len(words), *words).hex())


def mark(address, count):
    """Memory that no table lies in: every word holds its own address."""
    store(address, *(TAG + address + 8 * index for index in range(count)))


def wait(address):
    """Until a device is ready: bit 0 of its command is clear."""
    limit = time.monotonic() + 10
    while command("readl", address) & 1:
        if time.monotonic() > limit:
            results.append(0)
            return
    results.append(1)


def dma(device, source, destination, count, run):
    """edu copies memory to its buffer (run 1) or its buffer to memory (run 3)."""
    base = EDU[device]
    for offset, value in (0x80, source), (0x88, destination), (0x90, count):
        writeq(base + offset, value)
    writel(base + 0x98, run)
    wait(base + 0x98)


def fault_records():
    for record in RECORDS:
        readq(record)
        readq(record + 8)


def no_fault():
    """After a transfer through the script's own tables."""
    for record in RECORDS:
        readq(record + 8)
        if results[-1] >> 63:
            stop(2, "the unit refused the script's own mapping")


def feed(size, *words):
    """Lets the invalidation queue get past an error that holds it: one more descriptor where its head is."""
    head, queue = command("readq", IQH), command("readq", IQA)
    slot = (queue & ~0xFFF) + head
    before = [command("readq", slot + offset) for offset in (0, 8, 16, 24)]
    store(slot, *words)
    for _ in range(2):
        writeq(IQT, (head + size) & ((0x1000 << (queue & 7)) - 1))
        writel(FSTS, 0x71)
    store(slot, *before)




def block(name, start, size):
    with open(os.path.join(folder, name), "wb") as file:
        file.truncate(size)
        for address, words in MEMORY:
            if start <= address < start + size:
                file.seek(address - start)
                file.write(struct.pack("<%dQ" % len(words), *words))


def inside(address):
    return any(start <= address < end for start, end in OBSERVED)


def lost(token):
    """Where a write ended that is not where an entry leads."""
    for name, start, size in BLOCKS:
        with open(os.path.join(folder, name), "rb") as file:
            found = file.read().find(struct.pack("<Q", token))
        if found >= 0 and inside(start + found):
            return start + found
    return None


def recorded(at):
    for index in range(len(RECORDS)):
        low, high = results[at + 2 * index], results[at + 2 * index + 1]
        if high >> 63:
            kind = ("write", "page-request", "read", "atomic")[(high >> 62 & 1) * 2 + (high >> 28 & 1)]
            source = high & 0xFFFF
            who = "%02x:%02x.%d" % (source >> 8, source >> 3 & 31, source & 7)
            return "fault %#x recorded: %s of %#x from %s" % (high >> 32 & 0xFF, kind, low & ~0xFFF, who)
    return None


def request(op, at, slot, token, shift, targets, may_leave):
    """What came of a request, in words; its results begin at number "at"."""
    if not results[at]:
        return "nothing: the DMA never ended"
    record = recorded(at + 1)
    if op == "read":
        value = command("readq", slot)
        if value == token:
            return "nothing: the DMA moved no data"
        if value and value & ~0xFFFFFFFFFFFF == TAG:
            return "translated to %#x" % (((value & 0xFFFFFFFFFFFF) + shift) & 0xFFFFFFFFFFFFFFFF)
        if value:
            return "translated, to memory that is not marked"
    else:
        first = at + 1 + 2 * len(RECORDS)
        hits = [target for index, target in enumerate(targets) if results[first + index] == token]
        place = hits[0] if hits else None if record else lost(token)
        if place is not None:
            return "translated to %#x" % ((place + shift) & 0xFFFFFFFFFFFFFFFF)
    if record is None:
        return "nothing arrived, no fault recorded" if may_leave else "blocked, no fault recorded"
    return "blocked, " + record


def changed(words):
    """Words of the tables that are not as they were; (address, value, number of its result)."""
    found = sorted((address, results[at]) for address, value, at in words if results[at] != value)
    return ", ".join("[%#x] = %#x" % word for word in found) or "tables as they were"


def spelled(argument):
    """Options of the unit under the names that this QEMU has for them."""
    if not argument.startswith("intel-iommu,"):
        return argument
    asked = subprocess.run([binary, "-device", "intel-iommu,help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    known = asked.stdout.decode()
    for name, former in FORMER_NAMES.items():
        if "  %s=" % name not in known and "  %s=" % former in known:
            argument = argument.replace(",%s=" % name, ",%s=" % former)
    return argument


for address, size in OBSERVED_SIZES:
    MEMORY.append((address, range(TAG + address, TAG + address + size, 8)))
for name, start, size in BLOCKS:
    block(name, start, size)
with open(os.path.join(folder, "firmware"), "wb") as file:
    # The CPU of the machine only sleeps: cli; hlt; and again.
    file.write(bytes(0xFFF0) + bytes([0xFA, 0xF4, 0xEB, 0xFD]) + bytes(12))
binary = sys.argv[1] if len(sys.argv) > 1 else "qemu-system-x86_64"
try:
    qemu = subprocess.Popen(
        [binary] + [spelled(argument).replace("FOLDER", folder) for argument in ARGUMENTS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
except OSError as error:
    shutil.rmtree(folder)
    print("cannot run %s: %s" % (binary, error.strerror))
    sys.exit(2)
signal.signal(signal.SIGALRM, hangs)
for line in SET_UP:
    command(*line.split())
trying = True
`.trim();

package jtorch.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The forms that text has in pickles.
final class PickleText {
  private PickleText() {}

  /// UTF-8 as Python's `surrogatepass` has it: lone surrogates, which Java's text may hold too, stand as three bytes.
  static String utf8(byte[] bytes) throws CharacterCodingException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException failure) {
      if (!hasSurrogates(bytes)) throw failure;
    }
    var text = new StringBuilder();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (!isSurrogate(bytes, i)) continue;
      text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, i - start)));
      text.append((char) (0xd000 | (bytes[i + 1] & 0x3f) << 6 | bytes[i + 2] & 0x3f));
      start = i + 3;
      i += 2;
    }
    return text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, bytes.length - start)))
        .toString();
  }

  private static boolean isSurrogate(byte[] bytes, int i) {
    return i + 2 < bytes.length && bytes[i] == (byte) 0xed && (bytes[i + 1] & 0xe0) == 0xa0
        && (bytes[i + 2] & 0xc0) == 0x80;
  }

  private static boolean hasSurrogates(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (isSurrogate(bytes, i)) return true;
    }
    return false;
  }

  /// The bytes of UTF-8 with lone surrogates as three bytes.
  static byte[] bytes(String text) {
    boolean alone = false;
    for (int i = 0; i < text.length() && !alone; i++) alone = aloneAt(text, i);
    if (!alone) return text.getBytes(StandardCharsets.UTF_8);
    var all = new ByteArrayOutputStream();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (!aloneAt(text, i)) continue;
      all.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
      char c = text.charAt(i);
      all.writeBytes(new byte[] {(byte) 0xed, (byte) (0x80 | c >> 6 & 0x3f), (byte) (0x80 | c & 0x3f)});
      start = i + 1;
    }
    all.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
    return all.toByteArray();
  }

  private static boolean aloneAt(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  /// Python 2's `str`, whose encoding nobody tells: UTF-8 as `torch.load` takes it, Latin-1 where it is not.
  static String python2(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException other) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /// Python's `raw-unicode-escape`: Latin-1 with `\\uxxxx` and `\\Uxxxxxxxx`.
  static String rawUnicodeEscapes(byte[] line) {
    var text = new StringBuilder();
    for (int i = 0; i < line.length; i++) {
      int digits = i + 1 < line.length && line[i] == '\\' ? line[i + 1] == 'u' ? 4 : line[i + 1] == 'U' ? 8 : 0 : 0;
      if (digits == 0) {
        text.append((char) (line[i] & 0xff));
        continue;
      }
      int code = hex(line, i + 2, digits);
      if (code > Character.MAX_CODE_POINT || code < 0) throw new PickleException("no character has the number " + code);
      text.appendCodePoint(code);
      i += 1 + digits;
    }
    return text.toString();
  }

  private static int hex(byte[] line, int start, int digits) {
    if (start + digits > line.length) throw new PickleException("an escape in a text that ends");
    int value = 0;
    for (int i = start; i < start + digits; i++) {
      int digit = Character.digit(line[i], 16);
      if (digit < 0) throw new PickleException("an escape in a text that is no number");
      value = value << 4 | digit;
    }
    return value;
  }

  /// The bytes of a text in quotes, as Python prints it.
  static byte[] quoted(byte[] line) {
    int length = line.length;
    if (length > 0 && line[length - 1] == '\r') length--;
    if (length < 2 || line[0] != line[length - 1] || line[0] != '\'' && line[0] != '"')
      throw new PickleException("a text without quotes");
    var bytes = new ByteArrayOutputStream();
    for (int i = 1; i < length - 1; i++) {
      if (line[i] != '\\') {
        bytes.write(line[i]);
        continue;
      }
      if (++i == length - 1) throw new PickleException("an escape in a text that ends");
      switch (line[i]) {
        case 'n' -> bytes.write('\n');
        case 't' -> bytes.write('\t');
        case 'r' -> bytes.write('\r');
        case '\\', '\'', '"' -> bytes.write(line[i]);
        case 'x' -> {
          bytes.write(hex(line, i + 1, 2));
          i += 2;
        }
        default -> {
          bytes.write('\\');
          bytes.write(line[i]);
        }
      }
    }
    return bytes.toByteArray();
  }
}

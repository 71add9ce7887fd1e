package jtorch.cpu.fft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Fft;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Transforms of short lines, bit for bit as PyTorch 2.13 on two threads of x86 gave them: two of the results, and a hash
/// over the bits of all.
final class LastDigitsTest {
  private static Tensor input(long[] sizes, boolean complex) {
    int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b) * (complex ? 2 : 1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = ((i * i * 7 + i * 37) % 101 - 50) / 7f;
    Tensor flat = Torch.fromSegment(MemorySegment.ofArray(values), DType.FLOAT32, count);
    if (!complex) return flat.view(sizes);
    long[] pairs = Arrays.copyOf(sizes, sizes.length + 1);
    pairs[sizes.length] = 2;
    return flat.view(pairs).viewAsComplex();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      fft | 3 2 | 1 | 0 | 7.714285850524902 | 4.857142925262451 | 1432103274
      ifft | 3 2 | 1 | 0 | 3.857142925262451 | 2.4285714626312256 | -178509462
      rfft | 3 2 | 1 | 0 | 0.0 | 0.0 | -188359599
      irfft | 3 2 | 1 | 2 | -1.6428570747375488 | -0.8571428656578064 | 245116836
      fft | 3 3 | 1 | 0 | -10.051921844482422 | 2.996245861053467 | -42423872
      ifft | 3 3 | 1 | 0 | 1.3506405353546143 | 1.9060133695602417 | 1206545082
      rfft | 3 3 | 1 | 0 | 0.0 | 0.0 | -1020480525
      irfft | 3 2 | 1 | 3 | 3.3050661087036133 | 0.3333333730697632 | -1199643936
      fft | 3 4 | 1 | 0 | -9.857142448425293 | -8.0 | 424532325
      ifft | 3 4 | 1 | 0 | -2.4642856121063232 | -2.0 | 369180901
      rfft | 3 4 | 1 | 0 | 0.0 | -7.142857074737549 | 251383398
      irfft | 3 3 | 1 | 4 | -2.642857074737549 | 2.107142925262451 | -1762863241
      fft | 3 5 | 1 | 0 | -4.593085289001465 | -8.52104663848877 | 238206166
      ifft | 3 5 | 1 | 0 | -1.4756221771240234 | 0.1099700927734375 | -728871400
      rfft | 3 5 | 1 | 0 | -8.606725692749023 | 4.9156494140625 | -408587
      irfft | 3 3 | 1 | 5 | 0.40000006556510925 | -1.0928771495819092 | -155660478
      fft | 3 6 | 1 | 0 | 11.183148384094238 | 0.6199638843536377 | -421589260
      ifft | 3 6 | 1 | 0 | -1.435286521911621 | 0.5157204866409302 | 688096868
      rfft | 3 6 | 1 | 0 | -5.4435882568359375 | -1.3608970642089844 | -1635675229
      irfft | 3 4 | 1 | 6 | -1.786630392074585 | 0.0 | -1539475530
      fft | 3 7 | 1 | 0 | 15.246231079101562 | -10.891258239746094 | 2091982141
      ifft | 3 7 | 1 | 0 | -0.31196698546409607 | 2.2190024852752686 | -904325375
      rfft | 3 7 | 1 | 0 | 1.825444221496582 | -0.5669759511947632 | -1830178706
      irfft | 3 4 | 1 | 7 | -1.069157361984253 | 0.6363691687583923 | -1240792019
      fft | 3 8 | 1 | 0 | 16.0 | 7.714285850524902 | 1756809003
      ifft | 3 8 | 1 | 0 | -0.8928571343421936 | -1.6071428060531616 | -1659522645
      rfft | 3 8 | 1 | 0 | 9.857142448425293 | -17.091373443603516 | -1906797948
      irfft | 3 5 | 1 | 8 | 2.5995659828186035 | -2.7289886474609375 | 1899440163
      fft | 3 10 | 1 | 0 | 4.707149505615234 | 12.13956356048584 | 931376782
      ifft | 3 10 | 1 | 0 | 0.3724018931388855 | 0.33742573857307434 | 315821690
      rfft | 3 10 | 1 | 0 | 5.898779392242432 | 13.016349792480469 | 1203507757
      irfft | 3 6 | 1 | 10 | -0.1714285910129547 | -1.5709370374679565 | -1871721181
      fft | 3 12 | 1 | 0 | -23.302104949951172 | -7.948716640472412 | 1916041510
      ifft | 3 12 | 1 | 0 | -1.343872308731079 | 0.16239306330680847 | -585806233
      rfft | 3 12 | 1 | 0 | 4.70128059387207 | 0.5741767883300781 | -1266466511
      irfft | 3 7 | 1 | 12 | 0.7269224524497986 | -0.5119047164916992 | -1023160098
      fft | 3 14 | 1 | 0 | 0.3539118766784668 | 9.021921157836914 | 90664004
      ifft | 3 14 | 1 | 0 | -1.77461838722229 | -0.43514010310173035 | -1236776313
      fft | 3 15 | 1 | 0 | 10.712658882141113 | -35.33872604370117 | -208516967
      ifft | 3 15 | 1 | 0 | -1.2597496509552002 | -0.5571412444114685 | -292275462
      rfft | 3 15 | 1 | 0 | 7.312509536743164 | 4.883576393127441 | 1497820315
      fft | 3 31 | 1 | 0 | 33.653907775878906 | 42.957794189453125 | -2103318174
      ifft | 3 31 | 1 | 0 | 0.11135771870613098 | 0.5587427616119385 | -1076297847
      rfft | 3 31 | 1 | 0 | 9.820157051086426 | -15.970741271972656 | -794591190
      ifft | 6 3 | 0 | 0 | -0.02380955219268799 | 2.265094757080078 | 193566161
      rfft | 6 3 | 0 | 0 | 0.0 | 0.0 | -988833698
      irfft | 4 3 | 0 | 6 | 1.2244198322296143 | 2.498626232147217 | 191165113
      ifft | 8 3 | 0 | 0 | -0.285714328289032 | 1.1745200157165527 | -793889167
      rfft | 8 3 | 0 | 0 | 0.0 | 0.0 | 2051709867
      irfft | 5 3 | 0 | 8 | 2.033611536026001 | 2.708721160888672 | 494462597
      ifft | 10 3 | 0 | 0 | -0.25714296102523804 | 0.2969394624233246 | -712898088
      rfft | 10 3 | 0 | 0 | 0.0 | 0.0 | 77256494
      irfft | 6 3 | 0 | 10 | 1.1952565908432007 | 1.7494148015975952 | 1390031921
      fft | 3 30 | 1 | 0 | 31.388307571411133 | 19.056018829345703 | 423914463
      ifft | 3 30 | 1 | 0 | 0.19033074378967285 | 0.5534778833389282 | -1633107403
      fft | 3 60 | 1 | 0 | 17.309232711791992 | 23.351917266845703 | 1044829904
      irfft | 1 31 | 1 | 60 | -0.9070055484771729 | -0.7494089007377625 | 962969646
      irfft | 3 31 | 1 | 60 | -0.9070055484771729 | -1.2076243162155151 | 1023516261
      ortho | 3 2 | 1 | 0 | 5.4548234939575195 | 3.434518337249756 | 792404748
      ortho | 3 10 | 1 | 0 | 1.4885313510894775 | 3.838866949081421 | 1682334217
      fftn | 5 6 7 | 0 | 0 | 3.674391508102417 | 3.018300771713257 | 215360939
      irfftn | 5 6 7 | 0 | 0 | 0.21370622515678406 | -0.3057931661605835 | -263452600
      fftn | 7 6 5 | 0 | 0 | 1.4216259717941284 | 7.350538730621338 | 610544129
      irfftn | 7 6 5 | 0 | 0 | -0.01658680848777294 | 0.10060498863458633 | -516291577
      fftn | 6 10 7 | 0 | 0 | -0.4489450752735138 | 1.1807453632354736 | 541527540
      irfftn | 6 10 7 | 0 | 0 | -0.020333729684352875 | -0.012073318473994732 | 1652457919
      """) void resultsAreBitForBitPyTorchs(String kind, String shape, int dim, long n, float sixth, float third,
      int hash) {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    long[] sizes = Stream.of(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    Tensor x = input(sizes, !kind.equals("rfft"));
    Tensor y = switch (kind) {
      case "fft" -> Fft.fft(x, null, dim, null);
      case "ortho" -> Fft.fft(x, null, dim, "ortho");
      case "ifft" -> Fft.ifft(x, null, dim, null);
      case "rfft" -> Fft.rfft(x, null, dim, null);
      case "irfft" -> Fft.irfft(x, n, dim, null);
      case "fftn" -> Fft.fftn(x, null, null, "ortho");
      case "irfftn" -> Fft.irfftn(x, null, null, null);
      default -> throw new IllegalArgumentException(kind);
    };
    float[] got = (y.isComplex() ? y.viewAsReal() : y).contiguous().view(-1).toFloatArray();
    assertThat(got[5]).isEqualTo(sixth);
    assertThat(got[got.length - 3]).isEqualTo(third);
    int[] bits = new int[got.length];
    // Zeros have no sign here.
    for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(got[i] + 0f);
    assertThat(Arrays.hashCode(bits)).isEqualTo(hash);
  }
}

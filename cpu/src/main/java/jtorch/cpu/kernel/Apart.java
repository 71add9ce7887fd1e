package jtorch.cpu.kernel;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/// Keeps vector loops apart from their callers: calls that the just-in-time compiler does not inline.
///
/// C2 stops inlining once a compilation has so many nodes (`NodeCountInliningCutoff`), and one vector operation makes
/// hundreds. Where a caller's three loops are inlined into it, the third may come too late: its vectors are then objects,
/// and it runs at a tenth of its speed, in one program and not in another. So between caller and loops stand methods of
/// more bytecodes than C2 inlines (`FreqInlineSize`, 325), most of which do nothing.
public final class Apart {
  private static final int TOO_LARGE = 330;
  private static final String TARGET = "target";

  /// Methods without a loop, which are inlined as ever.
  @Retention(RetentionPolicy.RUNTIME)
  @interface Inlined {
  }

  private Apart() {}

  /// `target` behind calls that are not inlined.
  ///
  /// @param type an interface of this package
  /// @param target an instance of a class of this package
  static <T> T of(Class<T> type, T target) {
    return of(MethodHandles.lookup(), type, target);
  }

  /// The same of another package.
  ///
  /// @param lookup of a class of the package of interface and class
  public static <T> T of(MethodHandles.Lookup lookup, Class<T> type, T target) {
    try {
      Class<?> made = lookup.defineHiddenClass(bytes(type, target.getClass()), true).lookupClass();
      var constructor = lookup.findConstructor(made, MethodType.methodType(void.class));
      Object apart = constructor.invoke();
      lookup.findSetter(made, TARGET, target.getClass()).invoke(apart, target);
      return type.cast(apart);
    } catch (Throwable e) {
      throw new LinkageError("no calls of " + type.getSimpleName() + " can be made", e);
    }
  }

  private static byte[] bytes(Class<?> type, Class<?> target) {
    ClassDesc self = ClassDesc.of(type.getName() + "Apart");
    ClassDesc to = target.describeConstable().orElseThrow();
    return ClassFile.of().build(self, made -> {
      made.withFlags(ACC_FINAL | ACC_SYNTHETIC).withInterfaceSymbols(type.describeConstable().orElseThrow());
      made.withField(TARGET, to, 0);
      made.withMethodBody(INIT_NAME, MTD_void, 0,
          code -> code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
      for (Method method : type.getMethods()) {
        if (Modifier.isStatic(method.getModifiers())) continue;
        var signature = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
            .describeConstable().orElseThrow();
        made.withMethodBody(method.getName(), signature, ACC_PUBLIC, code -> {
          if (!method.isAnnotationPresent(Inlined.class)) {
            for (int i = 0; i < TOO_LARGE; i++) code.nop();
          }
          code.aload(0).getfield(self, TARGET, to);
          call(code, to, method.getName(), signature);
        });
      }
    });
  }

  private static void call(CodeBuilder code, ClassDesc to, String name, MethodTypeDesc signature) {
    for (int i = 0; i < signature.parameterCount(); i++) {
      code.loadLocal(TypeKind.from(signature.parameterType(i)), code.parameterSlot(i));
    }
    code.invokevirtual(to, name, signature).return_(TypeKind.from(signature.returnType()));
  }
}

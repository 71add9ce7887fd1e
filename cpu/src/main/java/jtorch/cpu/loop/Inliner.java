package jtorch.cpu.loop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Copies the code of vocabulary methods to where they are called, and what these call in turn.
///
/// HotSpot would inline most of them itself, but gives up in large loops (after 18,000 nodes) and when a method has grown
/// by itself; a vector that then crosses a call is an object on the heap. The Vector API's own methods are always inlined.
final class Inliner {
  private static final ConcurrentHashMap<ClassDesc, ClassModel> CLASSES = new ConcurrentHashMap<>();

  private final CodeBuilder code;

  Inliner(CodeBuilder code) {
    this.code = code;
  }

  /// Does what `invokestatic` would do.
  void call(ClassDesc owner, String name, MethodTypeDesc type) {
    List<CodeElement> body = body(owner, name, type).elementList();
    Map<Integer, Integer> locals = new HashMap<>();
    Map<Label, Label> labels = new HashMap<>();
    storeArguments(type, locals);
    Label end = code.newLabel();
    int last = lastReturn(body);
    for (int i = 0; i < body.size(); i++) {
      switch (body.get(i)) {
        case LoadInstruction load -> code.loadLocal(load.typeKind(), local(load.slot(), load.typeKind(), locals));
        case StoreInstruction store -> code.storeLocal(store.typeKind(), local(store.slot(), store.typeKind(), locals));
        case ReturnInstruction _ -> {
          if (i != last) code.goto_(end);
        }
        case BranchInstruction branch -> code.branch(branch.opcode(), label(branch.target(), labels));
        case LabelTarget target -> code.labelBinding(label(target.label(), labels));
        case InvokeInstruction call when isVocabulary(call) ->
          call(call.owner().asSymbol(), call.name().stringValue(), call.typeSymbol());
        case PseudoInstruction _ -> {}
        case CodeElement element -> code.with(element);
      }
    }
    code.labelBinding(end);
  }

  private void storeArguments(MethodTypeDesc type, Map<Integer, Integer> locals) {
    int slot = type.parameterList().stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum();
    for (ClassDesc parameter : type.parameterList().reversed()) {
      TypeKind kind = TypeKind.from(parameter).asLoadable();
      slot -= kind.slotSize();
      code.storeLocal(kind, local(slot, kind, locals));
    }
  }

  private int local(int slot, TypeKind kind, Map<Integer, Integer> locals) {
    return locals.computeIfAbsent(slot * 16 + kind.ordinal(), _ -> code.allocateLocal(kind));
  }

  private Label label(Label original, Map<Label, Label> labels) {
    return labels.computeIfAbsent(original, _ -> code.newLabel());
  }

  private static int lastReturn(List<CodeElement> body) {
    int i = body.size() - 1;
    while (!(body.get(i) instanceof ReturnInstruction)) i--;
    return i;
  }

  /// Calls among the vector classes; what they call of the scalar ones is for rare cases.
  private static boolean isVocabulary(InvokeInstruction call) {
    ClassDesc owner = call.owner().asSymbol();
    return call.opcode() == Opcode.INVOKESTATIC && owner.packageName().equals(Inliner.class.getPackageName())
        && owner.displayName().startsWith("Vector");
  }

  private static CodeModel body(ClassDesc owner, String name, MethodTypeDesc type) {
    for (MethodModel method : CLASSES.computeIfAbsent(owner, Inliner::read).methods()) {
      boolean found = method.methodName().equalsString(name) && method.methodTypeSymbol().equals(type);
      if (found) return method.code().orElseThrow();
    }
    throw new IllegalArgumentException(owner.displayName() + " has no method " + name + type.displayDescriptor());
  }

  private static ClassModel read(ClassDesc owner) {
    try (InputStream file = Inliner.class.getResourceAsStream(owner.displayName() + ".class")) {
      if (file == null) throw new LinkageError("the class file of " + owner.displayName() + " is missing");
      return ClassFile.of().parse(file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
